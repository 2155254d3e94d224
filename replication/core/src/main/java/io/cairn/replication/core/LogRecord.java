package io.cairn.replication.core;

import java.util.List;
import java.util.zip.CRC32C;

/**
 * A group of operations as one entry of the log: the same bytes in memory, on disk and on the wire.
 *
 * <pre>
 *    0 u16 magic            0xCA12
 *    2 u8  format version   1
 *    3 u8  type             1 DATA, 2 EPOCH_START
 *    4 i32 length           of the whole record in bytes, this header included
 *    8 i64 epoch            of the leader that made the record
 *   16 i64 base offset      of its first operation
 *   24 i32 count            of its operations, at least 1
 *   28 i32 previous CRC     of the record before it in the log, 0 for the first: chains the records
 *   32 i64 timestamp        milliseconds since 1970 on the leader's clock
 *   40 i32 CRC32C           of bytes 0..40 and 44..length
 *   44 operations           see {@link Operation}
 * </pre>
 *
 * All numbers are little-endian. Immutable; the array is shared, never changed.
 */
public final class LogRecord {
  public static final int MAGIC = 0xCA12;
  public static final int FORMAT_VERSION = 1;
  public static final int HEADER_BYTES = 44;

  /** What a record is for. */
  public enum Type {
    DATA(1),
    /** The first record of an epoch; holds one no-operation. */
    EPOCH_START(2);

    final int code;

    Type(int code) {
      this.code = code;
    }
  }

  static final int LENGTH_POSITION = 4;
  static final int EPOCH_POSITION = 8;
  static final int BASE_OFFSET_POSITION = 16;
  static final int COUNT_POSITION = 24;
  static final int PREVIOUS_CRC_POSITION = 28;
  static final int TIMESTAMP_POSITION = 32;
  static final int CRC_POSITION = 40;

  private final byte[] bytes;

  private LogRecord(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Makes a record of encoded operations.
   *
   * @param operations each encoded by {@link Operation}; at least one
   */
  public static LogRecord of(
      Type type,
      long epoch,
      long baseOffset,
      int previousCrc,
      long timestampMillis,
      List<byte[]> operations) {
    Invariant.check(!operations.isEmpty(), "a record holds at least one operation");
    int length = HEADER_BYTES;
    for (byte[] operation : operations) {
      length = Math.addExact(length, operation.length);
    }
    byte[] bytes = new byte[length];
    int position = HEADER_BYTES;
    for (byte[] operation : operations) {
      System.arraycopy(operation, 0, bytes, position, operation.length);
      position += operation.length;
    }
    bytes[0] = (byte) MAGIC;
    bytes[1] = (byte) (MAGIC >>> 8);
    bytes[2] = FORMAT_VERSION;
    bytes[3] = (byte) type.code;
    Operation.INT.set(bytes, LENGTH_POSITION, length);
    Operation.LONG.set(bytes, EPOCH_POSITION, epoch);
    Operation.LONG.set(bytes, BASE_OFFSET_POSITION, baseOffset);
    Operation.INT.set(bytes, COUNT_POSITION, operations.size());
    Operation.INT.set(bytes, PREVIOUS_CRC_POSITION, previousCrc);
    Operation.LONG.set(bytes, TIMESTAMP_POSITION, timestampMillis);
    Operation.INT.set(bytes, CRC_POSITION, computeCrc(bytes));
    return new LogRecord(bytes);
  }

  /**
   * Takes bytes from disk or wire, which nobody may change afterwards, after checking everything
   * about them that can be checked without their neighbours.
   *
   * @throws CorruptRecordException when they are not one whole, intact record
   */
  public static LogRecord parse(byte[] bytes) {
    if (bytes.length < HEADER_BYTES) {
      throw new CorruptRecordException(
          "record of " + bytes.length + " bytes is shorter than its header");
    }
    int magic = (bytes[0] & 0xff) | (bytes[1] & 0xff) << 8;
    if (magic != MAGIC) {
      throw new CorruptRecordException("bad magic 0x" + Integer.toHexString(magic));
    }
    LogRecord record = new LogRecord(bytes);
    if (record.lengthBytes() != bytes.length) {
      throw new CorruptRecordException(
          "record says " + record.lengthBytes() + " bytes but has " + bytes.length);
    }
    int crc = computeCrc(bytes);
    if (crc != record.crc()) {
      throw new CorruptRecordException(
          String.format("CRC32C is %08x, the record says %08x", crc, record.crc()));
    }
    if (bytes[2] != FORMAT_VERSION) {
      throw new CorruptRecordException(
          "record format " + bytes[2] + " is not known, this version reads " + FORMAT_VERSION);
    }
    if (bytes[3] < 1 || bytes[3] > Type.values().length) {
      throw new CorruptRecordException("unknown record type " + bytes[3]);
    }
    OperationCursor.checkShape(record);
    return record;
  }

  /** Gives the bytes of something larger that holds records. */
  public interface Bytes {
    byte byteAt(int position);
  }

  /**
   * Length of the record that begins at a position, so that it can be cut out and {@linkplain
   * #parse parsed}.
   *
   * @throws CorruptRecordException when no record of the length that it says can be there
   */
  public static int lengthAt(Bytes bytes, int position, int end) {
    int length = 0;
    if (end - position >= HEADER_BYTES) {
      for (int i = 3; i >= 0; i--) {
        length = (length << 8) | (bytes.byteAt(position + LENGTH_POSITION + i) & 0xff);
      }
    }
    if (length < HEADER_BYTES || length > end - position) {
      throw new CorruptRecordException(
          "a record of " + length + " bytes at " + position + " of " + end + " cannot be");
    }
    return length;
  }

  private static int computeCrc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, CRC_POSITION);
    crc.update(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES);
    return (int) crc.getValue();
  }

  /** The whole record; not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  public Type type() {
    return bytes[3] == Type.DATA.code ? Type.DATA : Type.EPOCH_START;
  }

  public int lengthBytes() {
    return (int) Operation.INT.get(bytes, LENGTH_POSITION);
  }

  public long epoch() {
    return (long) Operation.LONG.get(bytes, EPOCH_POSITION);
  }

  public long baseOffset() {
    return (long) Operation.LONG.get(bytes, BASE_OFFSET_POSITION);
  }

  public int count() {
    return (int) Operation.INT.get(bytes, COUNT_POSITION);
  }

  /** The offset after its last operation. */
  public long endOffset() {
    return baseOffset() + count();
  }

  public int previousCrc() {
    return (int) Operation.INT.get(bytes, PREVIOUS_CRC_POSITION);
  }

  public long timestampMillis() {
    return (long) Operation.LONG.get(bytes, TIMESTAMP_POSITION);
  }

  public int crc() {
    return (int) Operation.INT.get(bytes, CRC_POSITION);
  }

  @Override
  public String toString() {
    return type()
        + " epoch "
        + epoch()
        + " offsets ["
        + baseOffset()
        + ", "
        + endOffset()
        + ") "
        + lengthBytes()
        + " bytes";
  }
}
