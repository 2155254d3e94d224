package io.cairn.replication.core;

import java.util.Arrays;

/**
 * Walks over the operations of a record without making objects. One thread at a time; wrap it again
 * to use it again.
 *
 * <pre>{@code
 * cursor.wrap(record);
 * while (cursor.next()) {
 *   use(cursor.offset(), cursor.kind(), ...);
 * }
 * }</pre>
 */
public final class OperationCursor {
  private byte[] bytes = new byte[0];
  private long offset;
  private int remaining;
  private int nextPosition;

  private Operation.Kind kind = Operation.Kind.NO_OP;
  private long clientId;
  private long sequence;
  private long expiryMillis;
  private boolean offerable;
  private int operationPosition;
  private int keyPosition;
  private int keyLength;
  private int valueLength;

  public OperationCursor wrap(LogRecord record) {
    bytes = record.bytes();
    offset = record.baseOffset() - 1;
    remaining = record.count();
    nextPosition = LogRecord.HEADER_BYTES;
    return this;
  }

  /** Steps to the next operation; false when there is none. */
  public boolean next() {
    if (remaining == 0) {
      return false;
    }
    remaining--;
    offset++;
    int position = nextPosition;
    kind = Operation.Kind.of(bytes[position]);
    int flags = bytes[position + 1];
    operationPosition = position;
    offerable = (flags & Operation.FLAG_OFFERABLE) != 0;
    position += 2;
    if ((flags & Operation.FLAG_WRITE_ID) != 0) {
      clientId = (long) Operation.LONG.get(bytes, position);
      sequence = (long) Operation.LONG.get(bytes, position + 8);
      position += 16;
    } else {
      clientId = Operation.NO_CLIENT;
      sequence = 0;
    }
    if ((flags & Operation.FLAG_EXPIRY) != 0) {
      expiryMillis = (long) Operation.LONG.get(bytes, position);
      position += 8;
    } else {
      expiryMillis = 0;
    }
    keyLength = (int) Operation.INT.get(bytes, position);
    valueLength = (int) Operation.INT.get(bytes, position + 4);
    keyPosition = position + 8;
    nextPosition = keyPosition + keyLength + valueLength;
    return true;
  }

  /**
   * Walks over a record of doubtful origin; what it lets pass, a cursor can walk without further
   * checks.
   */
  static void checkShape(LogRecord record) {
    byte[] bytes = record.bytes();
    int count = record.count();
    if (count < 1 || record.baseOffset() < 0 || record.epoch() < 0) {
      throw new CorruptRecordException(
          "count "
              + count
              + ", base offset "
              + record.baseOffset()
              + " and epoch "
              + record.epoch()
              + " cannot be");
    }
    int position = LogRecord.HEADER_BYTES;
    for (int i = 0; i < count; i++) {
      position = checkOperation(bytes, position, i);
    }
    if (position != bytes.length) {
      throw new CorruptRecordException(
          (bytes.length - position) + " bytes behind the last of " + count + " operations");
    }
  }

  private static int checkOperation(byte[] bytes, int start, int index) {
    int position = start;
    if (bytes.length - position < 2) {
      throw new CorruptRecordException("operation " + index + " is cut off");
    }
    int kind = bytes[position];
    int flags = bytes[position + 1];
    if (kind < 1 || kind > Operation.Kind.values().length) {
      throw new CorruptRecordException("operation " + index + " is of unknown kind " + kind);
    }
    if ((flags & ~Operation.KNOWN_FLAGS) != 0) {
      throw new CorruptRecordException("operation " + index + " has unknown flags " + flags);
    }
    position += 2;
    position += (flags & Operation.FLAG_WRITE_ID) != 0 ? 16 : 0;
    position += (flags & Operation.FLAG_EXPIRY) != 0 ? 8 : 0;
    if (bytes.length - position < 8) {
      throw new CorruptRecordException("operation " + index + " is cut off");
    }
    int keyLength = (int) Operation.INT.get(bytes, position);
    int valueLength = (int) Operation.INT.get(bytes, position + 4);
    position += 8;
    if (keyLength < 0
        || valueLength < 0
        || (long) keyLength + valueLength > bytes.length - position) {
      throw new CorruptRecordException(
          "operation "
              + index
              + " with key of "
              + keyLength
              + " and value of "
              + valueLength
              + " bytes does not fit");
    }
    return position + keyLength + valueLength;
  }

  /** The offset of the operation, which is the version of the key it writes. */
  public long offset() {
    return offset;
  }

  public Operation.Kind kind() {
    return kind;
  }

  /** See {@link Operation#markOfferable}. */
  public boolean isOfferable() {
    return offerable;
  }

  /** A copy of the operation as it was encoded. */
  byte[] operation() {
    return Arrays.copyOfRange(bytes, operationPosition, nextPosition);
  }

  /** {@link Operation#NO_CLIENT} when the write carries no id. */
  public long clientId() {
    return clientId;
  }

  public long sequence() {
    return sequence;
  }

  /** Milliseconds since 1970; 0 when the key does not expire. */
  public long expiryMillis() {
    return expiryMillis;
  }

  /** The record's bytes, in which the key and the value are slices. */
  public byte[] array() {
    return bytes;
  }

  public int keyPosition() {
    return keyPosition;
  }

  public int keyLength() {
    return keyLength;
  }

  public int valuePosition() {
    return keyPosition + keyLength;
  }

  public int valueLength() {
    return valueLength;
  }
}
