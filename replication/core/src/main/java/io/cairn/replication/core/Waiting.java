package io.cairn.replication.core;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * The writes and reads that a replica has accepted and not yet answered, and the rules that let
 * them go:
 *
 * <pre>
 *   EVENTUAL write   its offset is below the leader's durable end
 *   STRONG write     its offset is below the applied offset
 *   COMMITTED read   its offset is below the high watermark
 *   APPLIED read     the log end it met is at most the applied offset
 * </pre>
 *
 * A write that is sent again while its first attempt is under way waits under the first one's
 * offset, and so out of order; so do COMMITTED reads. What waits in the order of its offset costs
 * no allocation.
 */
final class Waiting {

  /** Something that waits out of order; the arrival number keeps the order of equal offsets. */
  private record Late<T>(long offset, long arrival, T item) {
    static final Comparator<Late<?>> ORDER =
        Comparator.<Late<?>>comparingLong(Late::offset).thenComparingLong(Late::arrival);
  }

  private final OffsetQueue<Proposal> eventualWrites = new OffsetQueue<>();
  private final OffsetQueue<Proposal> strongWrites = new OffsetQueue<>();
  private final PriorityQueue<Late<Proposal>> eventualRetries = new PriorityQueue<>(Late.ORDER);
  private final PriorityQueue<Late<Proposal>> strongRetries = new PriorityQueue<>(Late.ORDER);
  private final PriorityQueue<Late<ReadBarrier>> committedReads = new PriorityQueue<>(Late.ORDER);
  private final OffsetQueue<ReadBarrier> appliedReads = new OffsetQueue<>();
  private final ReplicaStatus status;
  private long arrivals;
  private long retryBytes;

  Waiting(ReplicaStatus status) {
    this.status = status;
  }

  void addWrite(long offset, Proposal proposal) {
    boolean strong = proposal.consistency() == Consistency.STRONG;
    (strong ? strongWrites : eventualWrites).add(offset, proposal);
  }

  void addRetry(long offset, Proposal proposal) {
    boolean strong = proposal.consistency() == Consistency.STRONG;
    (strong ? strongRetries : eventualRetries).add(new Late<>(offset, arrivals++, proposal));
    retryBytes += proposal.chargedBytes();
  }

  void addRead(long offset, ReadBarrier barrier) {
    switch (barrier.kind()) {
      case COMMITTED -> committedReads.add(new Late<>(offset, arrivals++, barrier));
      case APPLIED -> appliedReads.add(offset, barrier);
    }
  }

  int reads() {
    return committedReads.size() + appliedReads.size();
  }

  /** Of the retries alone; first attempts are counted with the records that they become. */
  long retryBytes() {
    return retryBytes;
  }

  void completeEventualWrites(long durableEndOffset, Consumer<Effect> effects) {
    while (eventualWrites.hasBelow(durableEndOffset)) {
      long offset = eventualWrites.firstOffset();
      confirm(eventualWrites.removeFirst(), offset, false, effects);
    }
    completeRetries(eventualRetries, durableEndOffset, effects);
  }

  void completeStrongWrites(long appliedOffset, Consumer<Effect> effects) {
    while (strongWrites.hasBelow(appliedOffset)) {
      long offset = strongWrites.firstOffset();
      confirm(strongWrites.removeFirst(), offset, false, effects);
    }
    completeRetries(strongRetries, appliedOffset, effects);
  }

  private void completeRetries(
      PriorityQueue<Late<Proposal>> retries, long end, Consumer<Effect> effects) {
    for (Late<Proposal> first = retries.peek();
        first != null && first.offset < end;
        first = retries.peek()) {
      retries.remove();
      retryBytes -= first.item.chargedBytes();
      confirm(first.item, first.offset, true, effects);
    }
  }

  /** The only place from which a write is confirmed. */
  void confirm(Proposal proposal, long offset, boolean duplicate, Consumer<Effect> effects) {
    Invariant.check(
        offset < status.durableEndOffset(),
        "I1: confirmed before it was on disk; offset, durable end",
        offset,
        status.durableEndOffset());
    Invariant.check(
        proposal.consistency() == Consistency.EVENTUAL
            || (offset < status.highWatermark() && offset < status.appliedOffset()),
        "I1: a STRONG write confirmed before it was committed and applied; offset, applied offset",
        offset,
        status.appliedOffset());
    effects.accept(
        new Effect.CompleteWrite(proposal, new WriteResult.Confirmed(offset, duplicate)));
  }

  void completeCommittedReads(long highWatermark, Consumer<Effect> effects) {
    for (Late<ReadBarrier> first = committedReads.peek();
        first != null && first.offset < highWatermark;
        first = committedReads.peek()) {
      committedReads.remove();
      effects.accept(new Effect.CompleteRead(first.item));
    }
  }

  void completeAppliedReads(long appliedOffset, Consumer<Effect> effects) {
    while (appliedReads.hasBelow(appliedOffset)) {
      effects.accept(new Effect.CompleteRead(appliedReads.removeFirst()));
    }
  }

  /**
   * Answers all that wait, because the replica stops: nobody can tell what becomes of a write below
   * the log end, while one that only gathered will never be.
   */
  void stop(long logEndOffset, Consumer<Effect> effects) {
    stop(eventualWrites, logEndOffset, effects);
    stop(eventualRetries, logEndOffset, effects);
    stop(strongWrites, logEndOffset, effects);
    stop(strongRetries, logEndOffset, effects);
    retryBytes = 0;
    while (!committedReads.isEmpty()) {
      effects.accept(
          new Effect.FailRead(committedReads.remove().item, WriteResult.Refusal.NOT_SERVING));
    }
    while (appliedReads.size() > 0) {
      effects.accept(
          new Effect.FailRead(appliedReads.removeFirst(), WriteResult.Refusal.NOT_SERVING));
    }
  }

  private static void stop(
      OffsetQueue<Proposal> writes, long logEndOffset, Consumer<Effect> effects) {
    while (writes.size() > 0) {
      long offset = writes.firstOffset();
      stop(writes.removeFirst(), offset, logEndOffset, effects);
    }
  }

  private static void stop(
      PriorityQueue<Late<Proposal>> retries, long logEndOffset, Consumer<Effect> effects) {
    while (!retries.isEmpty()) {
      Late<Proposal> retry = retries.remove();
      stop(retry.item, retry.offset, logEndOffset, effects);
    }
  }

  private static void stop(
      Proposal proposal, long offset, long logEndOffset, Consumer<Effect> effects) {
    WriteResult result =
        offset < logEndOffset
            ? new WriteResult.Unknown(WriteResult.UnknownReason.STOPPED)
            : new WriteResult.Refused(WriteResult.Refusal.NOT_SERVING);
    effects.accept(new Effect.CompleteWrite(proposal, result));
  }
}
