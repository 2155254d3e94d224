package io.cairn.cli.bench;

import io.cairn.client.KeyRange;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The only keys that a benchmark touches: a prefix and a number, of equal length, so that their
 * order is that of the numbers. Immutable.
 */
public final class KeySpace {

  private final byte[] prefix;
  private final long count;
  private final int keyBytes;

  /**
   * @param count of the keys, at least 1
   * @param keyBytes at least {@link #smallestKeyBytes}
   */
  public KeySpace(byte[] prefix, long count, int keyBytes) {
    this.prefix = prefix.clone();
    this.count = count;
    this.keyBytes = keyBytes;
    if (keyBytes < smallestKeyBytes(prefix, count)) {
      throw new IllegalArgumentException("The keys do not fit into " + keyBytes + " bytes.");
    }
  }

  /** What the prefix and the largest number need. */
  public static int smallestKeyBytes(byte[] prefix, long count) {
    return prefix.length + Long.toString(count - 1).length();
  }

  public long count() {
    return count;
  }

  public int keyBytes() {
    return keyBytes;
  }

  /**
   * A key.
   *
   * @param number from 0 to below {@link #count}
   */
  public byte[] key(long number) {
    byte[] key = Arrays.copyOf(prefix, keyBytes);
    long rest = number;
    for (int i = keyBytes - 1; i >= prefix.length; i--) {
      key[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return key;
  }

  /** All the keys, and nothing before the first or behind the last. */
  public KeyRange all() {
    return startingAt(key(0));
  }

  /** The keys from this one on. */
  KeyRange startingAt(byte[] key) {
    return KeyRange.between(key, Arrays.copyOf(key(count - 1), keyBytes + 1));
  }

  @Override
  public String toString() {
    return new String(key(0), StandardCharsets.UTF_8)
        + " to "
        + new String(key(count - 1), StandardCharsets.UTF_8);
  }
}
