package io.cairn.storage;

import java.util.Arrays;

/**
 * What a scan walks over: the keys in [start, end), forward or in reverse.
 *
 * @param start first key, inclusive; empty for the very first
 * @param end exclusive; empty for past the very last
 * @param reverse from the last key to the first
 * @param keysOnly values are left empty
 */
public record ScanRange(byte[] start, byte[] end, boolean reverse, boolean keysOnly) {
  private static final byte[] EMPTY = new byte[0];

  public static ScanRange all() {
    return new ScanRange(EMPTY, EMPTY, false, false);
  }

  /** All keys that begin with the prefix. */
  public static ScanRange prefix(byte[] prefix) {
    return new ScanRange(prefix, endOfPrefix(prefix), false, false);
  }

  public ScanRange inReverse() {
    return new ScanRange(start, end, true, keysOnly);
  }

  public ScanRange withKeysOnly() {
    return new ScanRange(start, end, reverse, true);
  }

  /** The first key after all that begin with the prefix; empty when there is none. */
  public static byte[] endOfPrefix(byte[] prefix) {
    for (int i = prefix.length - 1; i >= 0; i--) {
      if (prefix[i] != (byte) 0xff) {
        byte[] end = Arrays.copyOf(prefix, i + 1);
        end[i]++;
        return end;
      }
    }
    return EMPTY;
  }
}
