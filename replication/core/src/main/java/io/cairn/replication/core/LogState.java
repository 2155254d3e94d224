package io.cairn.replication.core;

import io.cairn.replication.core.ReplicaLog.EpochStart;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a replica keeps of its log in memory, whatever its role: the records that are not yet
 * durable, committed or applied, the pending tail and the retry window, and how far all of it is.
 *
 * <p>Holds at all times: flushed, applied offset &lt;= handed to the store &lt;= high watermark
 * &lt;= durable end &lt;= log end. Checks I2, I4, I5 and I9.
 */
final class LogState {
  final PendingTail pendingTail = new PendingTail();
  final RetryWindow retryWindow;

  private final ReplicaStatus status;
  private final EpochHistory epochHistory;

  /** Records by their last offset that are not yet on this replica's disk. */
  private final OffsetQueue<LogRecord> unsynced = new OffsetQueue<>();

  /** Records by their last offset that are not yet handed to the store. */
  private final OffsetQueue<LogRecord> uncommitted = new OffsetQueue<>();

  /** Records by their last offset that are charged to {@link #unappliedBytes}. */
  private final OffsetQueue<LogRecord> unapplied = new OffsetQueue<>();

  private final KeptRecords kept;
  private long unappliedBytes;
  private int lastRecordCrc;

  private long handedToStoreEndOffset;
  private long logStartOffset;
  private long trimmedOffset;
  private int cuts;

  LogState(ReplicaOptions options, Start start, ReplicaStatus status) {
    this.status = status;
    retryWindow = new RetryWindow(options.retryWindowOperations(), start.logEndOffset());
    kept = new KeptRecords(options.retryWindowBytes(), start.logEndOffset());
    epochHistory = new EpochHistory(start.epochHistory());
    lastRecordCrc = start.lastRecordCrc();
    handedToStoreEndOffset = start.appliedOffset();
    logStartOffset = start.logStartOffset();
    trimmedOffset = start.logStartOffset();
    status.logEndOffset(start.logEndOffset());
    status.durableEndOffset(start.logEndOffset());
    status.highWatermark(start.highWatermark());
    status.appliedOffset(start.appliedOffset());
    status.flushedOffset(start.flushedOffset());
  }

  int lastRecordCrc() {
    return lastRecordCrc;
  }

  long logStartOffset() {
    return logStartOffset;
  }

  long lastEpoch() {
    return epochHistory.lastEpoch();
  }

  /** Epoch of the record at this offset, which the log holds. */
  long epochAt(long offset) {
    return epochHistory.epochAt(offset);
  }

  List<EpochStart> epochHistory() {
    return epochHistory.entries();
  }

  int unsyncedRecords() {
    return unsynced.size();
  }

  long unappliedBytes() {
    return unappliedBytes;
  }

  // Recovery

  /** Where the retry window and what is kept for it begin. */
  void recoverFrom(long offset) {
    retryWindow.restartAt(offset);
    kept.restartAt(offset);
  }

  /**
   * A record that the log had already.
   *
   * @param isNewToStore whether the store lacks something of it
   * @param isCommitted then nobody is served before it is in the store
   */
  void recovered(
      LogRecord record, boolean isNewToStore, boolean isCommitted, Consumer<Effect> effects) {
    addToRetryWindow(record);
    kept.add(record, retryWindow.startOffset());
    if (!isNewToStore) {
      return;
    }
    uncommitted.add(record.endOffset() - 1, record);
    if (isCommitted) {
      handCommittedToStore(effects);
    } else {
      unapplied.add(record.endOffset() - 1, record);
      unappliedBytes += chargedBytes(record);
      pendingTail.add(record);
    }
  }

  // The log grows and is cut

  /** A record of the leader's, which continues this log. */
  void appendReceived(LogRecord record, Consumer<Effect> effects) {
    addToRetryWindow(record);
    append(record, effects);
  }

  private void addToRetryWindow(LogRecord record) {
    OperationCursor cursor = new OperationCursor().wrap(record);
    while (cursor.next()) {
      retryWindow.add(cursor.clientId(), cursor.sequence());
    }
  }

  /** A record whose operations the retry window has already. */
  void append(LogRecord record, Consumer<Effect> effects) {
    Invariant.check(
        record.previousCrc() == lastRecordCrc,
        "I6: records are chained; previous CRC, CRC of the record before",
        record.previousCrc(),
        lastRecordCrc);
    epochHistory.append(record.epoch(), record.baseOffset());
    long lastOffset = record.endOffset() - 1;
    unsynced.add(lastOffset, record);
    uncommitted.add(lastOffset, record);
    unapplied.add(lastOffset, record);
    unappliedBytes += chargedBytes(record);
    kept.add(record, retryWindow.startOffset());
    lastRecordCrc = record.crc();
    pendingTail.add(record);
    status.logEndOffset(record.endOffset());
    effects.accept(new Effect.Append(record));
  }

  /** What is in the log and not known to be committed, oldest first. */
  List<LogRecord> uncommitted() {
    return uncommitted.toList();
  }

  /**
   * Cuts off everything from this offset on, which the leader does not have.
   *
   * @return what is cut off
   */
  List<LogRecord> cut(long endOffset, Consumer<Effect> effects) {
    Invariant.check(
        status.highWatermark() <= endOffset,
        "I5: no log is cut below its high watermark; cut, high watermark",
        endOffset,
        status.highWatermark());
    if (endOffset == status.logEndOffset()) {
      return List.of();
    }
    cuts++;
    ArrayDeque<LogRecord> lost = new ArrayDeque<>();
    for (LogRecord record = uncommitted.removeLastFrom(endOffset);
        record != null;
        record = uncommitted.removeLastFrom(endOffset)) {
      lost.addFirst(record);
    }
    Invariant.check(
        !lost.isEmpty() && lost.getFirst().baseOffset() == endOffset,
        "I6: logs part between two records; offset",
        endOffset);
    while (unsynced.removeLastFrom(endOffset) != null) {
      // they will never be durable
    }
    for (LogRecord record = unapplied.removeLastFrom(endOffset);
        record != null;
        record = unapplied.removeLastFrom(endOffset)) {
      unappliedBytes -= chargedBytes(record);
    }
    lastRecordCrc = lost.getFirst().previousCrc();
    kept.cut(endOffset);
    retryWindow.cut(endOffset);
    epochHistory.cut(endOffset);
    pendingTail.cut(endOffset);
    status.logEndOffset(endOffset);
    status.durableEndOffset(Math.min(status.durableEndOffset(), endOffset));
    List<LogRecord> cutOff = List.copyOf(lost);
    effects.accept(new Effect.CutLog(endOffset, cutOff));
    return cutOff;
  }

  /** Bytes of a record's operations as {@link ReplicaOptions#maxUnappliedBytes} counts them. */
  private static long chargedBytes(LogRecord record) {
    return record.lengthBytes()
        - LogRecord.HEADER_BYTES
        + (long) record.count() * ReplicaOptions.OPERATION_OVERHEAD_BYTES;
  }

  // What log and store report

  /** Whether more is durable than before. */
  boolean onDurable(Input.LogDurable durable) {
    if (durable.cuts() != cuts) {
      return false; // of before a cut that is under way
    }
    logStartOffset = Math.max(logStartOffset, durable.logStartOffset());
    epochHistory.trim(logStartOffset);
    long durableEndOffset = durable.durableEndOffset();
    if (durableEndOffset <= status.durableEndOffset()) {
      return false; // the log reports an end again
    }
    Invariant.check(
        durableEndOffset <= status.logEndOffset(),
        "I1: durable beyond the log end; durable end, log end",
        durableEndOffset,
        status.logEndOffset());
    status.durableEndOffset(durableEndOffset);
    while (unsynced.hasBelow(durableEndOffset)) {
      unsynced.removeFirst();
    }
    return true;
  }

  void raiseHighWatermark(long highWatermark, Consumer<Effect> effects) {
    Invariant.check(
        highWatermark >= status.highWatermark(),
        "I4: the high watermark never falls; new, old",
        highWatermark,
        status.highWatermark());
    Invariant.check(
        highWatermark <= status.durableEndOffset(),
        "I4: the high watermark is durable here; high watermark, durable end",
        highWatermark,
        status.durableEndOffset());
    status.highWatermark(highWatermark);
    handCommittedToStore(effects);
  }

  private void handCommittedToStore(Consumer<Effect> effects) {
    while (uncommitted.hasBelow(status.highWatermark())) {
      LogRecord record = uncommitted.removeFirst();
      Invariant.check(
          record.endOffset() <= status.highWatermark(),
          "I2: only what is committed goes to the store; record end, high watermark",
          record.endOffset(),
          status.highWatermark());
      handedToStoreEndOffset = record.endOffset();
      effects.accept(new Effect.Apply(record));
    }
  }

  /** Whether more is applied than before. */
  boolean onApplied(long appliedOffset) {
    if (appliedOffset <= status.appliedOffset()) {
      return false; // the store reports an offset again
    }
    Invariant.check(
        appliedOffset <= handedToStoreEndOffset,
        "I2: applied what was not handed to the store; applied offset, end of what was",
        appliedOffset,
        handedToStoreEndOffset);
    status.appliedOffset(appliedOffset);
    pendingTail.removeBelow(appliedOffset);
    while (unapplied.hasBelow(appliedOffset)) {
      unappliedBytes -= chargedBytes(unapplied.removeFirst());
    }
    Invariant.check(unappliedBytes >= 0, "I8: bytes not yet applied", unappliedBytes);
    return true;
  }

  void onFlushed(long flushedOffset) {
    if (flushedOffset <= status.flushedOffset()) {
      return; // the store reports an offset again
    }
    Invariant.check(
        flushedOffset <= handedToStoreEndOffset,
        "I9: flushed what was not handed to the store; flushed offset, end of what was",
        flushedOffset,
        handedToStoreEndOffset);
    status.flushedOffset(flushedOffset);
  }

  /** Lets the log forget what neither this replica nor another one needs. */
  void maybeTrim(long neededByOthersOffset, Consumer<Effect> effects) {
    long trimOffset =
        Math.min(neededByOthersOffset, Math.min(status.flushedOffset(), kept.startOffset()));
    if (trimOffset > trimmedOffset) {
      trimmedOffset = trimOffset;
      effects.accept(new Effect.TrimLog(trimOffset));
    }
  }
}
