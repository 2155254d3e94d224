package io.cairn.replication.simulator;

import io.cairn.replication.core.Consistency;
import io.cairn.replication.core.Key;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.OfferedWrite;
import io.cairn.replication.core.Operation;
import io.cairn.replication.core.OperationCursor;
import io.cairn.replication.simulator.history.OperationRecord;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Knows what was cut off from logs, which a file keeps, and that it takes effect later only when
 * nothing newer has changed its key.
 */
final class CutOffTruth {
  private final Records committed;
  private final Set<Key> operations = new HashSet<>();
  private final Set<String> values = new HashSet<>();

  CutOffTruth(Records committed) {
    this.committed = committed;
  }

  void onLost(Collection<LogRecord> lost) {
    for (LogRecord record : lost) {
      OperationCursor cursor = new OperationCursor().wrap(record);
      while (cursor.next()) {
        operations.add(DiskTruth.operation(cursor));
        values.add(valueOrEmpty(cursor));
      }
    }
  }

  boolean wasCutOff(Key operation) {
    return operations.contains(operation);
  }

  /** It is in the committed log, and nothing before it changed its key since the logs parted. */
  void onOfferPlaced(OfferedWrite write, long cutOffset) {
    Key operation = Key.of(write.operation());
    Failure.require(wasCutOff(operation), "an offer of what was not cut off", write.offset());
    String key = SimulatedStore.text(write.key());
    for (LogRecord record : committed.all()) {
      OperationCursor cursor = new OperationCursor().wrap(record);
      while (cursor.next()) {
        if (cursor.offset() >= cutOffset) {
          if (DiskTruth.operation(cursor).equals(operation)) {
            return;
          }
          Failure.require(
              !changes(cursor, key), "an offer won against something newer at", cursor.offset());
        }
      }
    }
    throw new Failure("an offer was called placed that is not committed: " + write);
  }

  private static boolean changes(OperationCursor cursor, String key) {
    String first = SimulatedStore.text(cursor.array(), cursor.keyPosition(), cursor.keyLength());
    if (cursor.kind() == Operation.Kind.DELETE_RANGE) {
      String end =
          SimulatedStore.text(cursor.array(), cursor.valuePosition(), cursor.valueLength());
      return first.compareTo(key) <= 0 && (end.isEmpty() || key.compareTo(end) < 0);
    }
    return cursor.kind() != Operation.Kind.NO_OP && first.equals(key);
  }

  /**
   * A confirmed EVENTUAL write was committed at some time, or is kept as one that was cut off, or
   * is still in the log of a disk that takes no part any more. Each value is written once.
   */
  void requireNothingIsLost(Collection<OperationRecord> history, Collection<Records> logs) {
    Set<String> known = new HashSet<>(values);
    add(committed, known);
    logs.forEach(log -> add(log, known));
    for (OperationRecord write : history) {
      @Nullable String value = write.action().valueAfter();
      if (write.isConfirmedWrite()
          && write.invocation().level() == Consistency.EVENTUAL
          && value != null
          && !known.contains(value)) {
        throw new Failure("a confirmed EVENTUAL write is lost without a trace: " + write);
      }
    }
  }

  private static void add(Records records, Set<String> known) {
    for (LogRecord record : records.all()) {
      OperationCursor cursor = new OperationCursor().wrap(record);
      while (cursor.next()) {
        known.add(valueOrEmpty(cursor));
      }
    }
  }

  private static String valueOrEmpty(OperationCursor cursor) {
    return cursor.kind() == Operation.Kind.PUT
        ? SimulatedStore.text(cursor.array(), cursor.valuePosition(), cursor.valueLength())
        : "";
  }
}
