package io.cairn.replication.core;

import io.cairn.replication.core.ReplicaStatus.Role;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One replica of a shard as a state machine: inputs in, effects out, nothing else. The same inputs
 * give the same effects.
 *
 * <p>It is built when the process starts, reads its log again ({@link Input.Recovered}), opens an
 * epoch ({@link Input.Lead}) and serves once the first record of that epoch is in its store. The
 * rules are told in docs/protocol.md.
 *
 * <p>One thread, the replica thread, calls {@link #step} and carries out the effects in their
 * order. {@link #status} and {@link #pendingTail} may be read by any thread.
 *
 * <p>Holds at all times: flushed, applied offset &lt;= handed to the store &lt;= high watermark
 * &lt;= durable end &lt;= log end; log end + gathered = end of the retry window. Checks I1, I2, I4,
 * I5, I8 and I9.
 */
public final class Replica {
  private final ReplicaOptions options;
  private final ReplicaStatus status = new ReplicaStatus();
  private final PendingTail pendingTail = new PendingTail();
  private final Waiting waiting = new Waiting(status);
  private final Gathered gathered = new Gathered();
  private final RetryWindow retryWindow;

  /** Durable log ends of the maximal ISR; this replica's own is the first. */
  private final long[] durableEndOffsets;

  /** Records by their last offset that are not yet on this replica's disk. */
  private final OffsetQueue<LogRecord> unsynced = new OffsetQueue<>();

  /** Records by their last offset that are not yet handed to the store. */
  private final OffsetQueue<LogRecord> uncommitted = new OffsetQueue<>();

  /** Records by their last offset that are charged to {@link #unappliedBytes}. */
  private final OffsetQueue<LogRecord> unapplied = new OffsetQueue<>();

  private final KeptRecords kept;
  private final Recovery recovery;
  private int lastRecordCrc;
  private long epochStartOffset;
  private long handedToStoreEndOffset;
  private long trimmedOffset;
  private long unappliedBytes;
  private long nowMillis;
  private LogSpace logSpace = LogSpace.AVAILABLE;

  public Replica(ReplicaOptions options, Start start) {
    this.options = options;
    recovery = new Recovery(start);
    retryWindow = new RetryWindow(options.retryWindowOperations(), start.logEndOffset());
    durableEndOffsets = new long[] {start.logEndOffset()};
    kept = new KeptRecords(options.retryWindowBytes(), start.logEndOffset());
    lastRecordCrc = start.lastRecordCrc();
    handedToStoreEndOffset = start.appliedOffset();
    trimmedOffset = start.logStartOffset();
    status.epoch(start.lastEpoch());
    status.logEndOffset(start.logEndOffset());
    status.durableEndOffset(start.logEndOffset());
    status.highWatermark(highWatermark(durableEndOffsets));
    status.appliedOffset(start.appliedOffset());
    status.flushedOffset(start.flushedOffset());
  }

  public ReplicaStatus status() {
    return status;
  }

  public PendingTail pendingTail() {
    return pendingTail;
  }

  /**
   * Where to begin reading the log for {@link Input.Recovered}: at the record that holds this
   * offset. Nothing is to be read when it is the log end.
   */
  public long recoverFromOffset() {
    return recovery.fromOffset(options.retryWindowOperations());
  }

  /**
   * Takes one input and gives the effects that follow from it, in the order in which they are to be
   * carried out: what sets others to work first, then the answers to what has waited. A proposal
   * that is answered at once is answered before what is accepted is appended.
   *
   * @throws Invariant.Violation when an invariant does not hold; the replica must not be used again
   */
  public void step(Input input, Consumer<Effect> effects) {
    if (status.role() == Role.HALTED) {
      onInputWhenHalted(input, effects);
    } else if (input instanceof Input.Propose propose) {
      onPropose(propose, effects);
    } else if (input instanceof Input.Read read) {
      onRead(read.barrier(), effects);
    } else if (input instanceof Input.LogDurable durable) {
      onLogDurable(durable.durableEndOffset(), effects);
    } else if (input instanceof Input.Applied applied) {
      onApplied(applied.appliedOffset(), effects);
    } else if (input instanceof Input.Flushed flushed) {
      onFlushed(flushed.flushedOffset(), effects);
    } else if (input instanceof Input.Recovered recovered) {
      onRecovered(recovered.record(), effects);
    } else if (input instanceof Input.Lead lead) {
      onLead(lead, effects);
    } else if (input instanceof Input.LogSpaceChanged changed) {
      logSpace = changed.space();
    } else if (input instanceof Input.Drain) {
      status.draining(true);
    } else if (input instanceof Input.DiskFailed failed) {
      onDiskFailed(failed.reason(), effects);
    } else {
      throw new IllegalArgumentException("no rule for " + input);
    }
  }

  /** A read or write that was on its way gets an answer; nothing else has any effect. */
  private static void onInputWhenHalted(Input input, Consumer<Effect> effects) {
    if (input instanceof Input.Propose propose) {
      for (Proposal proposal : propose.proposals()) {
        refuse(proposal, WriteResult.Refusal.NOT_SERVING, effects);
      }
    } else if (input instanceof Input.Read read) {
      effects.accept(new Effect.FailRead(read.barrier(), WriteResult.Refusal.NOT_SERVING));
    }
  }

  // Recovery and the opening of an epoch

  private void onRecovered(LogRecord record, Consumer<Effect> effects) {
    Invariant.check(status.role() == Role.RECOVERING, "a record recovered after recovery ended");
    if (!recovery.begun()) {
      retryWindow.restartAt(record.baseOffset());
      kept.restartAt(record.baseOffset());
    }
    recovery.take(record);
    OperationCursor cursor = new OperationCursor().wrap(record);
    while (cursor.next()) {
      retryWindow.add(cursor.clientId(), cursor.sequence());
    }
    kept.add(record, retryWindow.startOffset());
    if (recovery.isNewToStore(record)) {
      // Not added to the pending tail: nobody is served before all of this is in the store.
      uncommitted.add(record.endOffset() - 1, record);
      applyCommitted(effects);
    }
  }

  private void onLead(Input.Lead lead, Consumer<Effect> effects) {
    Invariant.check(
        lead.epoch() > status.epoch(),
        "I3: a new leader's epoch is newer than every one before; epoch, last epoch",
        lead.epoch(),
        status.epoch());
    recovery.checkWhole();
    status.role(Role.OPENING_EPOCH);
    status.epoch(lead.epoch());
    nowMillis = lead.nowMillis();
    epochStartOffset = status.logEndOffset();
    effects.accept(new Effect.BeginEpoch(lead.epoch()));
    retryWindow.add(Operation.NO_CLIENT, 0);
    LogRecord record =
        LogRecord.of(
            LogRecord.Type.EPOCH_START,
            lead.epoch(),
            epochStartOffset,
            lastRecordCrc,
            nowMillis,
            List.of(Operation.noOp()));
    unappliedBytes += chargedBytes(record);
    append(record, effects);
  }

  private void maybeServe() {
    if (status.role() == Role.OPENING_EPOCH && status.appliedOffset() > epochStartOffset) {
      status.role(Role.LEADER);
    }
  }

  // Writes

  private void onPropose(Input.Propose propose, Consumer<Effect> effects) {
    nowMillis = propose.nowMillis();
    List<Proposal> proposals = propose.proposals();
    for (int i = 0; i < proposals.size(); i++) {
      propose(proposals.get(i), effects);
    }
    maybeAppend(effects);
  }

  private void propose(Proposal proposal, Consumer<Effect> effects) {
    Invariant.check(
        LogRecord.HEADER_BYTES + proposal.operation().length <= options.maxRecordBytes(),
        "an operation fits a record; its bytes, the record's",
        proposal.operation().length,
        options.maxRecordBytes());
    if (status.role() != Role.LEADER) {
      refuse(proposal, WriteResult.Refusal.NOT_SERVING, effects);
      return;
    }
    boolean identified = proposal.clientId() != Operation.NO_CLIENT;
    if (identified) {
      long offset = retryWindow.find(proposal.clientId(), proposal.sequence());
      if (offset >= 0) {
        onRetry(proposal, offset, effects);
        return;
      }
      if (proposal.seenOffset() < retryWindow.startOffset() && !proposal.firstAttempt()) {
        effects.accept(
            new Effect.CompleteWrite(
                proposal, new WriteResult.Unknown(WriteResult.UnknownReason.OUTSIDE_RETRY_WINDOW)));
        return;
      }
    }
    WriteResult.Refusal refusal = refusalOrNull(proposal, identified);
    if (refusal != null) {
      refuse(proposal, refusal, effects);
      return;
    }
    accept(proposal);
  }

  /** Why a write that is surely new is not accepted. */
  private WriteResult.@Nullable Refusal refusalOrNull(Proposal proposal, boolean identified) {
    if (status.draining()) {
      return WriteResult.Refusal.NOT_SERVING;
    }
    if (identified
        && (proposal.seenOffset() < retryWindow.startOffset()
            || proposal.seenOffset() > retryWindow.endOffset())) {
      return WriteResult.Refusal.SEEN_OFFSET_TOO_OLD;
    }
    if (logSpace == LogSpace.EXHAUSTED
        || (logSpace == LogSpace.DELETES_ONLY && !proposal.isDelete())) {
      return WriteResult.Refusal.DISK_FULL;
    }
    boolean tooManyRanges =
        Operation.isRangeDelete(proposal.operation())
            && pendingTail.deletedRanges().size() + gathered.rangeDeletes()
                >= options.maxPendingRanges();
    return tooManyRanges || !hasRoomFor(proposal) ? WriteResult.Refusal.OVERLOADED : null;
  }

  /** A single write always finds room, however large, when nothing else is under way. */
  private boolean hasRoomFor(Proposal proposal) {
    long bytes = unappliedBytes + waiting.retryBytes();
    return bytes == 0 || bytes + proposal.chargedBytes() <= options.maxUnappliedBytes();
  }

  /** The first attempt is at this offset: its answer is this one's, once it is due. */
  private void onRetry(Proposal proposal, long offset, Consumer<Effect> effects) {
    boolean strong = proposal.consistency() == Consistency.STRONG;
    if (offset < (strong ? status.appliedOffset() : status.durableEndOffset())) {
      waiting.confirm(proposal, offset, true, effects);
    } else if (hasRoomFor(proposal)) {
      waiting.addRetry(offset, proposal);
    } else {
      refuse(proposal, WriteResult.Refusal.OVERLOADED, effects);
    }
  }

  /** From here on the write has its offset, though not yet its record. */
  private void accept(Proposal proposal) {
    long offset = retryWindow.endOffset();
    Invariant.check(
        offset == status.logEndOffset() + gathered.count(),
        "the retry window ends with the gathered operations; its end, log end",
        offset,
        status.logEndOffset());
    retryWindow.add(proposal.clientId(), proposal.sequence());
    gathered.add(proposal.operation());
    waiting.addWrite(offset, proposal);
    unappliedBytes += proposal.chargedBytes();
  }

  private static void refuse(
      Proposal proposal, WriteResult.Refusal refusal, Consumer<Effect> effects) {
    effects.accept(new Effect.CompleteWrite(proposal, new WriteResult.Refused(refusal)));
  }

  /** While the log is busy with enough records, operations gather for a larger next one. */
  private void maybeAppend(Consumer<Effect> effects) {
    while (gathered.count() > 0 && unsynced.size() < options.maxUnsyncedRecords()) {
      append(
          gathered.takeRecord(
              options.maxRecordBytes(),
              status.epoch(),
              status.logEndOffset(),
              lastRecordCrc,
              nowMillis),
          effects);
    }
  }

  private void append(LogRecord record, Consumer<Effect> effects) {
    long lastOffset = record.endOffset() - 1;
    unsynced.add(lastOffset, record);
    uncommitted.add(lastOffset, record);
    unapplied.add(lastOffset, record);
    kept.add(record, retryWindow.startOffset());
    lastRecordCrc = record.crc();
    pendingTail.add(record);
    status.logEndOffset(record.endOffset());
    effects.accept(new Effect.Append(record));
  }

  private static long chargedBytes(LogRecord record) {
    return record.lengthBytes()
        - LogRecord.HEADER_BYTES
        + (long) record.count() * ReplicaOptions.OPERATION_OVERHEAD_BYTES;
  }

  // What log and store report

  private void onLogDurable(long durableEndOffset, Consumer<Effect> effects) {
    if (durableEndOffset <= status.durableEndOffset()) {
      return; // the log reports an end again
    }
    Invariant.check(
        durableEndOffset <= status.logEndOffset(),
        "I1: durable beyond the log end; durable end, log end",
        durableEndOffset,
        status.logEndOffset());
    durableEndOffsets[0] = durableEndOffset;
    status.durableEndOffset(durableEndOffset);
    while (unsynced.hasBelow(durableEndOffset)) {
      unsynced.removeFirst();
    }
    raiseHighWatermark();
    maybeAppend(effects);
    applyCommitted(effects);
    waiting.completeEventualWrites(durableEndOffset, effects);
    waiting.completeCommittedReads(status.highWatermark(), effects);
  }

  /** The smallest durable log end over the maximal ISR. */
  static long highWatermark(long[] durableEndOffsets) {
    return Arrays.stream(durableEndOffsets).min().orElse(0);
  }

  private void raiseHighWatermark() {
    long highWatermark = highWatermark(durableEndOffsets);
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
  }

  private void applyCommitted(Consumer<Effect> effects) {
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

  private void onApplied(long appliedOffset, Consumer<Effect> effects) {
    if (appliedOffset <= status.appliedOffset()) {
      return; // the store reports an offset again
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
    maybeServe();
    waiting.completeStrongWrites(appliedOffset, effects);
    waiting.completeAppliedReads(appliedOffset, effects);
  }

  private void onFlushed(long flushedOffset, Consumer<Effect> effects) {
    if (flushedOffset <= status.flushedOffset()) {
      return; // the store reports an offset again
    }
    Invariant.check(
        flushedOffset <= handedToStoreEndOffset,
        "I9: flushed what was not handed to the store; flushed offset, end of what was",
        flushedOffset,
        handedToStoreEndOffset);
    status.flushedOffset(flushedOffset);
    long trimOffset = Math.min(flushedOffset, kept.startOffset());
    if (trimOffset > trimmedOffset) {
      trimmedOffset = trimOffset;
      effects.accept(new Effect.TrimLog(trimOffset));
    }
  }

  // Reads

  private void onRead(ReadBarrier barrier, Consumer<Effect> effects) {
    if (status.role() != Role.LEADER) {
      effects.accept(new Effect.FailRead(barrier, WriteResult.Refusal.NOT_SERVING));
      return;
    }
    boolean applied = barrier.kind() == ReadBarrier.Kind.APPLIED;
    long offset = applied ? status.logEndOffset() - 1 : barrier.offset();
    Invariant.check(
        offset < status.logEndOffset(),
        "a read saw what is not in the log; offset, log end",
        offset,
        status.logEndOffset());
    if (offset < (applied ? status.appliedOffset() : status.highWatermark())) {
      effects.accept(new Effect.CompleteRead(barrier));
    } else if (waiting.reads() >= options.maxWaitingReads()) {
      effects.accept(new Effect.FailRead(barrier, WriteResult.Refusal.OVERLOADED));
    } else {
      waiting.addRead(offset, barrier);
    }
  }

  // The end

  private void onDiskFailed(String reason, Consumer<Effect> effects) {
    status.role(Role.HALTED);
    waiting.stop(status.logEndOffset(), effects);
    effects.accept(new Effect.Halt(reason));
  }
}
