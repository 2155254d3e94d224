package io.cairn.replication.core;

import java.util.Arrays;

/**
 * A key as a slice of bytes that nobody changes any more, ordered by unsigned bytes as the store
 * orders it.
 */
public final class Key implements Comparable<Key> {
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  private final byte[] bytes;
  private final int position;
  private final int length;

  public Key(byte[] bytes, int position, int length) {
    this.bytes = bytes;
    this.position = position;
    this.length = length;
  }

  /** The whole array, which the caller must not change afterwards. */
  public static Key of(byte[] bytes) {
    return new Key(bytes, 0, bytes.length);
  }

  public byte[] array() {
    return bytes;
  }

  public int position() {
    return position;
  }

  public int length() {
    return length;
  }

  public byte[] toByteArray() {
    return Arrays.copyOfRange(bytes, position, position + length);
  }

  @Override
  public int compareTo(Key other) {
    return Arrays.compareUnsigned(
        bytes,
        position,
        position + length,
        other.bytes,
        other.position,
        other.position + other.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Key key
        && Arrays.equals(
            bytes, position, position + length, key.bytes, key.position, key.position + key.length);
  }

  @Override
  public int hashCode() {
    long hash = length;
    int i = position;
    int end = position + length;
    for (; i <= end - Long.BYTES; i += Long.BYTES) {
      hash = (hash ^ (long) Operation.LONG.get(bytes, i)) * MULTIPLIER;
    }
    for (; i < end; i++) {
      hash = (hash ^ bytes[i]) * MULTIPLIER;
    }
    return (int) (hash >>> 32);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(length);
    for (int i = position; i < position + length; i++) {
      int b = bytes[i] & 0xff;
      if (b >= 0x20 && b < 0x7f && b != '\\') {
        text.append((char) b);
      } else {
        text.append(String.format("\\x%02x", b));
      }
    }
    return text.toString();
  }
}
