package io.cairn.replication.core;

import java.util.List;

/**
 * A write that was cut off from a replica's log and is offered to the leader.
 *
 * @param epoch in which it was written
 * @param offset that it had in the log from which it was cut off
 * @param operation encoded by {@link Operation}
 */
public record OfferedWrite(long epoch, long offset, byte[] operation) {

  /**
   * Of a record that {@link #toRecord} made.
   *
   * @throws CorruptRecordException when it holds anything else
   */
  public static OfferedWrite of(LogRecord record) {
    OperationCursor cursor = new OperationCursor().wrap(record);
    cursor.next();
    boolean isWrite = cursor.kind() == Operation.Kind.PUT || cursor.kind() == Operation.Kind.DELETE;
    if (record.count() != 1 || !isWrite || !cursor.isOfferable()) {
      throw new CorruptRecordException("not a write that may be offered: " + record);
    }
    return new OfferedWrite(record.epoch(), cursor.offset(), cursor.operation());
  }

  /** Alone in a record, to travel with its checksum. */
  public LogRecord toRecord() {
    return LogRecord.of(LogRecord.Type.DATA, epoch, offset, 0, 0, List.of(operation));
  }

  public Key key() {
    return Operation.key(operation);
  }

  /** What it adds to the bytes that {@link ReplicaOptions#maxUnappliedBytes} limits. */
  long chargedBytes() {
    return (long) operation.length + ReplicaOptions.OPERATION_OVERHEAD_BYTES;
  }

  @Override
  public String toString() {
    return key() + " of offset " + offset + " of epoch " + epoch;
  }
}
