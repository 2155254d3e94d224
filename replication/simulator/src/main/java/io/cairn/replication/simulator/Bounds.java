package io.cairn.replication.simulator;

import io.cairn.replication.core.Input;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.ReplicaOptions;
import java.util.ArrayDeque;

/**
 * I8, counted from what the replica was told and what it did, in one life; not from what it says of
 * itself. What a leader has from its time as a follower it may have beyond its own limits.
 */
final class Bounds {
  private final ReplicaOptions limits;
  private final ArrayDeque<LogRecord> unsynced = new ArrayDeque<>();
  private final ArrayDeque<LogRecord> unapplied = new ArrayDeque<>();
  private int unappliedOperations;
  private long unappliedBytes;

  private long ledEpoch;
  private int inheritedRecords;
  private long inheritedBytes;
  private int inheritedRanges;

  Bounds(ReplicaOptions limits) {
    this.limits = limits;
  }

  void onAppend(LogRecord record) {
    unsynced.add(record);
    unapplied.add(record);
    unappliedOperations += record.count();
    unappliedBytes += chargedBytes(record);
  }

  void onCut(long endOffset) {
    while (!unsynced.isEmpty() && unsynced.getLast().endOffset() > endOffset) {
      unsynced.removeLast();
    }
    while (!unapplied.isEmpty() && unapplied.getLast().endOffset() > endOffset) {
      forget(unapplied.removeLast());
    }
  }

  void onInput(Input input) {
    if (input instanceof Input.LogDurable durable) {
      while (isBelow(unsynced, durable.durableEndOffset())) {
        unsynced.remove();
      }
    } else if (input instanceof Input.Applied applied) {
      while (isBelow(unapplied, applied.appliedOffset())) {
        forget(unapplied.remove());
      }
    }
  }

  private void forget(LogRecord record) {
    unappliedOperations -= record.count();
    unappliedBytes -= chargedBytes(record);
  }

  private static boolean isBelow(ArrayDeque<LogRecord> records, long end) {
    return !records.isEmpty() && records.getFirst().endOffset() <= end;
  }

  private static long chargedBytes(LogRecord record) {
    return record.lengthBytes()
        - LogRecord.HEADER_BYTES
        + (long) record.count() * ReplicaOptions.OPERATION_OVERHEAD_BYTES;
  }

  /**
   * @param ledEpochNow epoch that it leads in, 0 when it does not
   * @param ranges that are pending
   */
  void check(long ledEpochNow, Answers answers, int ranges) {
    if (ledEpochNow > ledEpoch) {
      inheritedRecords = unsynced.size();
      inheritedBytes = unappliedBytes;
      inheritedRanges = ranges;
    }
    ledEpoch = ledEpochNow;
    if (ledEpoch == 0) {
      LogRecord last = unapplied.peekLast();
      Failure.require(
          last == null
              || unappliedBytes - chargedBytes(last) <= limits.maxUnappliedBytes()
              || unappliedBytes <= inheritedBytes,
          "I8: bytes that a follower took",
          unappliedBytes);
      return;
    }
    Failure.require(
        unsynced.size() <= Math.max(limits.maxUnsyncedRecords(), inheritedRecords),
        "I8: records under way",
        unsynced.size());
    int operations = unappliedOperations + answers.notAppended();
    long bytes = unappliedBytes + answers.notAppendedBytes();
    Failure.require(
        bytes <= Math.max(limits.maxUnappliedBytes(), inheritedBytes) || operations == 1,
        "I8: bytes under way",
        bytes);
    Failure.require(
        answers.waitingReads() <= limits.maxWaitingReads(),
        "I8: waiting reads",
        answers.waitingReads());
    Failure.require(
        ranges <= Math.max(limits.maxPendingRanges(), inheritedRanges),
        "I8: pending ranges",
        ranges);
  }
}
