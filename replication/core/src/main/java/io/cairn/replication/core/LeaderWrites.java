package io.cairn.replication.core;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a leader orders writes: what it accepts gets its offset at once, gathers while the log is
 * busy, and becomes records. Checks I8.
 *
 * <p>Holds at all times: log end + gathered = end of the retry window.
 */
final class LeaderWrites {
  private final ReplicaOptions options;
  private final ReplicaStatus status;
  private final LogState log;
  private final Waiting waiting;
  private final BooleanSupplier enoughInSync;
  private final Consumer<byte[]> onAccepted;
  private final BiConsumer<LogRecord, Consumer<Effect>> onAppended;
  private final Gathered gathered = new Gathered();
  private LogSpace space = LogSpace.AVAILABLE;
  private long nowMillis;

  /**
   * @param onAccepted told of each operation that gets its offset
   * @param onAppended told of each new record
   */
  LeaderWrites(
      ReplicaContext context,
      Waiting waiting,
      BooleanSupplier enoughInSync,
      Consumer<byte[]> onAccepted,
      BiConsumer<LogRecord, Consumer<Effect>> onAppended) {
    options = context.options();
    status = context.status();
    log = context.log();
    this.waiting = waiting;
    this.enoughInSync = enoughInSync;
    this.onAccepted = onAccepted;
    this.onAppended = onAppended;
  }

  void openEpoch(long openedMillis, Consumer<Effect> effects) {
    nowMillis = openedMillis;
    log.retryWindow.add(Operation.NO_CLIENT, 0);
    append(
        LogRecord.of(
            LogRecord.Type.EPOCH_START,
            status.epoch(),
            status.logEndOffset(),
            log.lastRecordCrc(),
            nowMillis,
            List.of(Operation.noOp())),
        effects);
  }

  void onPropose(Input.Propose propose, LogSpace spaceNow, Consumer<Effect> effects) {
    nowMillis = propose.nowMillis();
    space = spaceNow;
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
    boolean identified = proposal.clientId() != Operation.NO_CLIENT;
    if (identified) {
      long offset = log.retryWindow.find(proposal.clientId(), proposal.sequence());
      if (offset >= 0) {
        onRetry(proposal, offset, effects);
        return;
      }
      if (proposal.seenOffset() < log.retryWindow.startOffset() && !proposal.firstAttempt()) {
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
        && (proposal.seenOffset() < log.retryWindow.startOffset()
            || proposal.seenOffset() > log.retryWindow.endOffset())) {
      return WriteResult.Refusal.SEEN_OFFSET_TOO_OLD;
    }
    if (proposal.consistency() == Consistency.STRONG && !enoughInSync.getAsBoolean()) {
      return WriteResult.Refusal.NOT_ENOUGH_REPLICAS;
    }
    if (space == LogSpace.EXHAUSTED || (space == LogSpace.DELETES_ONLY && !proposal.isDelete())) {
      return WriteResult.Refusal.DISK_FULL;
    }
    boolean tooManyRanges =
        Operation.isRangeDelete(proposal.operation())
            && log.pendingTail.deletedRanges().size() + gathered.rangeDeletes()
                >= options.maxPendingRanges();
    return tooManyRanges || !hasRoomFor(proposal.chargedBytes())
        ? WriteResult.Refusal.OVERLOADED
        : null;
  }

  /** A single write always finds room, however large, when nothing else is under way. */
  private boolean hasRoomFor(long chargedBytes) {
    long bytes = log.unappliedBytes() + gathered.chargedBytes() + waiting.retryBytes();
    return bytes == 0 || bytes + chargedBytes <= options.maxUnappliedBytes();
  }

  /** The first attempt is at this offset: its answer is this one's, once it is due. */
  private void onRetry(Proposal proposal, long offset, Consumer<Effect> effects) {
    boolean strong = proposal.consistency() == Consistency.STRONG;
    if (offset < (strong ? confirmableEndOffset() : status.durableEndOffset())) {
      waiting.confirm(proposal, offset, true, effects);
    } else if (hasRoomFor(proposal.chargedBytes())) {
      waiting.addRetry(offset, proposal);
    } else {
      refuse(proposal, WriteResult.Refusal.OVERLOADED, effects);
    }
  }

  /**
   * Below it a STRONG write is confirmed. What is committed needs no store, for the pending tail
   * shows it to readers; but when the store has fallen far behind, clients wait for it, else they
   * would go on until their writes are refused.
   */
  long confirmableEndOffset() {
    boolean storeLags = log.unappliedBytes() > options.maxUnappliedBytes() / 2;
    return storeLags ? status.appliedOffset() : status.highWatermark();
  }

  private void accept(Proposal proposal) {
    long offset = give(proposal.operation(), proposal.clientId(), proposal.sequence());
    onAccepted.accept(proposal.operation());
    waiting.addWrite(offset, proposal);
  }

  /** From here on the operation has its offset, though not yet its record. */
  private long give(byte[] operation, long clientId, long sequence) {
    long offset = log.retryWindow.endOffset();
    Invariant.check(
        offset == status.logEndOffset() + gathered.count(),
        "the retry window ends with the gathered operations; its end, log end",
        offset,
        status.logEndOffset());
    log.retryWindow.add(clientId, sequence);
    gathered.add(operation);
    return offset;
  }

  /** What is accepted and not yet in the log. */
  List<byte[]> gathered() {
    return gathered.operations();
  }

  /** Whether there is room for operations that nobody waits for. */
  boolean hasRoomFor(long chargedBytes, LogSpace spaceNow) {
    return !status.draining() && spaceNow == LogSpace.AVAILABLE && hasRoomFor(chargedBytes);
  }

  /**
   * Orders an operation that nobody waits for. A client that asks for it once more finds it.
   *
   * @return its offset
   */
  long acceptOffered(byte[] operation) {
    return give(operation, Operation.clientId(operation), Operation.sequence(operation));
  }

  private static void refuse(
      Proposal proposal, WriteResult.Refusal refusal, Consumer<Effect> effects) {
    effects.accept(new Effect.CompleteWrite(proposal, new WriteResult.Refused(refusal)));
  }

  /** While the log is busy with enough records, operations gather for a larger next one. */
  void maybeAppend(Consumer<Effect> effects) {
    while (gathered.count() > 0 && log.unsyncedRecords() < options.maxUnsyncedRecords()) {
      append(
          gathered.takeRecord(
              options.maxRecordBytes(),
              status.epoch(),
              status.logEndOffset(),
              log.lastRecordCrc(),
              nowMillis),
          effects);
    }
  }

  private void append(LogRecord record, Consumer<Effect> effects) {
    log.append(record, effects);
    onAppended.accept(record, effects);
  }
}
