package io.cairn.replication.simulator;

import io.cairn.replication.core.Input;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.PendingTail;
import io.cairn.replication.core.ReplicaOptions;
import java.util.ArrayDeque;

/**
 * I8, counted from what the replica was told and what it did, in one life; not from what it says of
 * itself.
 */
final class Bounds {
  private final ReplicaOptions limits;
  private final ArrayDeque<LogRecord> unsynced = new ArrayDeque<>();
  private final ArrayDeque<LogRecord> unapplied = new ArrayDeque<>();
  private int unappliedOperations;
  private long unappliedBytes;

  Bounds(ReplicaOptions limits) {
    this.limits = limits;
  }

  void onAppend(LogRecord record) {
    unsynced.add(record);
    unapplied.add(record);
    unappliedOperations += record.count();
    unappliedBytes += chargedBytes(record);
  }

  void onInput(Input input) {
    if (input instanceof Input.LogDurable durable) {
      while (isBelow(unsynced, durable.durableEndOffset())) {
        unsynced.remove();
      }
    } else if (input instanceof Input.Applied applied) {
      while (isBelow(unapplied, applied.appliedOffset())) {
        LogRecord record = unapplied.remove();
        unappliedOperations -= record.count();
        unappliedBytes -= chargedBytes(record);
      }
    }
  }

  private static boolean isBelow(ArrayDeque<LogRecord> records, long end) {
    return !records.isEmpty() && records.getFirst().endOffset() <= end;
  }

  private static long chargedBytes(LogRecord record) {
    return record.lengthBytes()
        - LogRecord.HEADER_BYTES
        + (long) record.count() * ReplicaOptions.OPERATION_OVERHEAD_BYTES;
  }

  void check(Answers answers, PendingTail pendingTail) {
    Checker.require(
        unsynced.size() <= limits.maxUnsyncedRecords(), "I8: records under way", unsynced.size());
    int operations = unappliedOperations + answers.notAppended();
    long bytes = unappliedBytes + answers.notAppendedBytes();
    Checker.require(
        bytes <= limits.maxUnappliedBytes() || operations == 1, "I8: bytes under way", bytes);
    Checker.require(
        answers.waitingReads() <= limits.maxWaitingReads(),
        "I8: waiting reads",
        answers.waitingReads());
    int ranges = pendingTail.deletedRanges().size();
    Checker.require(ranges <= limits.maxPendingRanges(), "I8: pending ranges", ranges);
  }
}
