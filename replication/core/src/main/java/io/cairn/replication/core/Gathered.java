package io.cairn.replication.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Accepted operations that are not yet in a record, in the order of the offsets that they will
 * have.
 */
final class Gathered {
  private final List<byte[]> operations = new ArrayList<>();

  /** Range deletes among them. */
  private int rangeDeletes;

  private long chargedBytes;

  void add(byte[] operation) {
    operations.add(operation);
    rangeDeletes += Operation.isRangeDelete(operation) ? 1 : 0;
    chargedBytes += charged(operation);
  }

  private static long charged(byte[] operation) {
    return (long) operation.length + ReplicaOptions.OPERATION_OVERHEAD_BYTES;
  }

  /** As {@link ReplicaOptions#maxUnappliedBytes} counts them. */
  long chargedBytes() {
    return chargedBytes;
  }

  int rangeDeletes() {
    return rangeDeletes;
  }

  int count() {
    return operations.size();
  }

  /** A view. */
  List<byte[]> operations() {
    return Collections.unmodifiableList(operations);
  }

  /** Takes as many of the first ones as a record of this size holds; at least one. */
  LogRecord takeRecord(
      int maxRecordBytes, long epoch, long baseOffset, int previousCrc, long nowMillis) {
    int count = 0;
    long bytes = LogRecord.HEADER_BYTES;
    while (count < operations.size() && bytes + operations.get(count).length <= maxRecordBytes) {
      bytes += operations.get(count).length;
      rangeDeletes -= Operation.isRangeDelete(operations.get(count)) ? 1 : 0;
      chargedBytes -= charged(operations.get(count));
      count++;
    }
    List<byte[]> taken = operations.subList(0, count);
    LogRecord record =
        LogRecord.of(LogRecord.Type.DATA, epoch, baseOffset, previousCrc, nowMillis, taken);
    taken.clear();
    return record;
  }
}
