package io.cairn.storage;

import java.util.Arrays;

/**
 * A batch in RocksDB's own serialized form, built in Java, so that adding an operation costs no
 * native call and no object, and nothing native can be used after it was closed. Measured against
 * one native call per operation: docs/decisions/0001-rocksdb-options.md.
 *
 * <pre>
 *   u64 sequence number, filled in by RocksDB
 *   u32 count
 *   records: u8 tag, [varint column family,] varint length, key, [varint length, value or range end]
 * </pre>
 */
final class RocksDbBatch implements StoreBatch {
  private static final byte TAG_DELETE = 0x0;
  private static final byte TAG_PUT = 0x1;
  private static final byte TAG_LOG_DATA = 0x3;
  private static final byte TAG_PUT_IN_FAMILY = 0x5;
  private static final byte TAG_DELETE_RANGE = 0xF;

  private static final int COUNT_POSITION = 8;
  private static final int HEADER_BYTES = 12;
  private static final int MAX_VARINT_BYTES = 5;

  /** Tag, family, length and key, length and value of the applied offset. */
  private static final int OFFSET_BYTES = 3 + StoreFormat.APPLIED_KEY.length + 1 + Long.BYTES;

  /** Tag and length of the padding. */
  private static final int PADDING_HEAD_BYTES = 1 + MAX_VARINT_BYTES;

  private static final int LEAST_BYTES = 256;

  /** A batch does not hold on to more than this when it is cleared. */
  private static final int KEPT_BYTES = 4 << 20;

  private byte[] buffer = new byte[4096];
  private int position = HEADER_BYTES;
  private int count;

  /** Arrays handed to RocksDB, by the power of two of their size. */
  private final byte[][] sealed = new byte[Integer.SIZE][];

  @Override
  public void put(
      byte[] array,
      int keyPosition,
      int keyLength,
      int valuePosition,
      int valueLength,
      long version,
      long modifiedMillis,
      long expiryMillis) {
    int storedLength = Math.addExact(StoredValue.headerBytes(expiryMillis), valueLength);
    reserve(keyLength, storedLength);
    buffer[position++] = TAG_PUT;
    addKey(array, keyPosition, keyLength);
    addVarint(storedLength);
    position = StoredValue.writeHeader(buffer, position, version, modifiedMillis, expiryMillis);
    addBytes(array, valuePosition, valueLength);
    count++;
  }

  @Override
  public void delete(byte[] array, int keyPosition, int keyLength) {
    reserve(keyLength, 0);
    buffer[position++] = TAG_DELETE;
    addKey(array, keyPosition, keyLength);
    count++;
  }

  @Override
  public void deleteRange(
      byte[] array, int startPosition, int startLength, int endPosition, int endLength) {
    reserve(startLength, endLength + 1);
    int before = position;
    buffer[position++] = TAG_DELETE_RANGE;
    addKey(array, startPosition, startLength);
    if (endLength == 0) {
      addVarint(1);
      buffer[position++] = StoreFormat.KEY_SPACE_END;
    } else {
      addKey(array, endPosition, endLength);
      if (Arrays.compareUnsigned(
              array,
              startPosition,
              startPosition + startLength,
              array,
              endPosition,
              endPosition + endLength)
          >= 0) {
        // RocksDB refuses a range that ends before it starts, half-way through the batch. It holds
        // no key, so it becomes a record without effect.
        position = before;
        buffer[position++] = TAG_DELETE_RANGE;
        addKey(array, startPosition, startLength);
        addKey(array, startPosition, startLength);
      }
    }
    count++;
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public long sizeBytes() {
    return position;
  }

  @Override
  public void clear() {
    position = HEADER_BYTES;
    count = 0;
    if (buffer.length > KEPT_BYTES) {
      buffer = new byte[KEPT_BYTES];
      Arrays.fill(sealed, null);
    }
  }

  /** Nothing native is held. */
  @Override
  public void close() {}

  /**
   * The batch with the applied offset as its last record; valid until it is sealed again.
   *
   * <p>RocksDB takes whole arrays only, so the rest of a reused one is filled by a record of log
   * data, which is for the write-ahead log alone and changes nothing in the store.
   */
  byte[] seal(int metaFamily, long appliedOffset) {
    byte[] bytes = arrayFor(Math.addExact(position, OFFSET_BYTES + PADDING_HEAD_BYTES));
    System.arraycopy(buffer, 0, bytes, 0, position);
    writeInt(bytes, COUNT_POSITION, count + 1);
    int at = position;
    bytes[at++] = TAG_PUT_IN_FAMILY;
    bytes[at++] = (byte) metaFamily;
    bytes[at++] = (byte) StoreFormat.APPLIED_KEY.length;
    for (byte b : StoreFormat.APPLIED_KEY) {
      bytes[at++] = b;
    }
    bytes[at++] = Long.BYTES;
    StoredValue.LONG.set(bytes, at, appliedOffset);
    at += Long.BYTES;
    bytes[at++] = TAG_LOG_DATA;
    int padding = bytes.length - at - MAX_VARINT_BYTES;
    for (int i = 0; i < MAX_VARINT_BYTES - 1; i++) {
      bytes[at++] = (byte) (padding >>> (7 * i) | 0x80);
    }
    bytes[at] = (byte) (padding >>> (7 * (MAX_VARINT_BYTES - 1)));
    return bytes;
  }

  private byte[] arrayFor(int bytes) {
    int power = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(bytes, LEAST_BYTES) - 1);
    byte[] array = sealed[power];
    if (array == null) {
      array = new byte[1 << power];
      sealed[power] = array;
    }
    return array;
  }

  /** Makes room for one record. */
  private void reserve(int keyLength, int valueLength) {
    long needed =
        (long) position
            + 1
            + 2 * MAX_VARINT_BYTES
            + 1
            + keyLength
            + Math.max(keyLength, valueLength);
    if (needed > buffer.length) {
      if (needed > 1 << 30) {
        throw new IllegalArgumentException(
            "a batch of " + needed + " bytes is larger than the limit of " + (1 << 30));
      }
      buffer = Arrays.copyOf(buffer, (int) Math.min(1 << 30, Math.max(needed, buffer.length * 2L)));
    }
  }

  private void addKey(byte[] array, int keyPosition, int keyLength) {
    addVarint(keyLength + 1);
    buffer[position++] = StoreFormat.KEY_SPACE;
    addBytes(array, keyPosition, keyLength);
  }

  private void addBytes(byte[] array, int from, int length) {
    System.arraycopy(array, from, buffer, position, length);
    position += length;
  }

  private void addVarint(int value) {
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      buffer[position++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    buffer[position++] = (byte) rest;
  }

  private static void writeInt(byte[] bytes, int at, int value) {
    bytes[at] = (byte) value;
    bytes[at + 1] = (byte) (value >>> 8);
    bytes[at + 2] = (byte) (value >>> 16);
    bytes[at + 3] = (byte) (value >>> 24);
  }
}
