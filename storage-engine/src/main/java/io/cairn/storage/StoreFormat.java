package io.cairn.storage;

import java.nio.charset.StandardCharsets;

/**
 * What lies where in a store's RocksDB. Part of the format: docs/storage-format.md.
 *
 * <p>A key is stored behind one byte of its own. So there is an end past every key that can be
 * named, which an unlimited range delete and scan need and which arrays of any bytes do not have.
 */
final class StoreFormat {
  /** What this version writes, and the only one it reads. */
  static final int VERSION = 1;

  /** Column family of offset and format, beside the default one for the data. */
  static final String META_FAMILY = "meta";

  /** In the meta family: the format version, in decimal digits. */
  static final byte[] FORMAT_KEY = "format".getBytes(StandardCharsets.US_ASCII);

  /** In the meta family: the applied offset, i64 little-endian. */
  static final byte[] APPLIED_KEY = "applied".getBytes(StandardCharsets.US_ASCII);

  /** Stands before every key. */
  static final byte KEY_SPACE = 1;

  /** The end past every key. */
  static final byte KEY_SPACE_END = KEY_SPACE + 1;

  private StoreFormat() {}

  /** First stored key of a range; an empty one stands for the very first. */
  static byte[] lowerBound(byte[] start) {
    return prefixed(start);
  }

  /** End of a range of stored keys, exclusive; an empty one stands for past the very last. */
  static byte[] upperBound(byte[] end) {
    return end.length == 0 ? new byte[] {KEY_SPACE_END} : prefixed(end);
  }

  private static byte[] prefixed(byte[] key) {
    byte[] bytes = new byte[key.length + 1];
    bytes[0] = KEY_SPACE;
    System.arraycopy(key, 0, bytes, 1, key.length);
    return bytes;
  }
}
