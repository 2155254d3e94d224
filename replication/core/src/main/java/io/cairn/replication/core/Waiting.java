package io.cairn.replication.core;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The writes and reads that a leader has accepted and not yet answered, and the rules that let them
 * go:
 *
 * <pre>
 *   EVENTUAL write   its offset is below the leader's durable end
 *   STRONG write     its offset is below the high watermark; while the store lags, the applied offset
 *   COMMITTED read   its offset is below the high watermark
 *   APPLIED read     the log end it met is at most the applied offset
 * </pre>
 *
 * A read waits before that until its round is confirmed: that nobody else led when it came.
 *
 * <p>A write that is sent again while its first attempt is under way waits under the first one's
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

  /** A read whose round is not confirmed; rounds only grow. */
  private record Unconfirmed(long round, long offset, ReadBarrier barrier) {}

  private final ArrayDeque<Unconfirmed> unconfirmedReads = new ArrayDeque<>();
  private final PriorityQueue<Late<ReadBarrier>> committedReads = new PriorityQueue<>(Late.ORDER);
  private final OffsetQueue<ReadBarrier> appliedReads = new OffsetQueue<>();
  private final ReplicaStatus status;
  private final BooleanSupplier enoughInSync;
  private long arrivals;
  private long retryBytes;

  /**
   * @param enoughInSync whether there are as many in-sync replicas as a STRONG write needs
   */
  Waiting(ReplicaStatus status, BooleanSupplier enoughInSync) {
    this.status = status;
    this.enoughInSync = enoughInSync;
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

  /** A read that waits for a round first. */
  void addUnconfirmedRead(long round, long offset, ReadBarrier barrier) {
    unconfirmedReads.add(new Unconfirmed(round, offset, barrier));
  }

  boolean hasUnconfirmedReads() {
    return !unconfirmedReads.isEmpty();
  }

  /** Nobody else led when reads of these rounds came. */
  void confirmReads(long round, Consumer<Effect> effects) {
    for (Unconfirmed first = unconfirmedReads.peek();
        first != null && first.round <= round;
        first = unconfirmedReads.peek()) {
      unconfirmedReads.remove();
      completeOrAddRead(first.offset, first.barrier, effects);
    }
  }

  /** A read that needs no round, or has its own confirmed. */
  void completeOrAddRead(long offset, ReadBarrier barrier, Consumer<Effect> effects) {
    boolean applied = barrier.kind() == ReadBarrier.Kind.APPLIED;
    if (offset < (applied ? status.appliedOffset() : status.highWatermark())) {
      effects.accept(new Effect.CompleteRead(barrier));
    } else if (applied) {
      appliedReads.add(offset, barrier);
    } else {
      committedReads.add(new Late<>(offset, arrivals++, barrier));
    }
  }

  int reads() {
    return unconfirmedReads.size() + committedReads.size() + appliedReads.size();
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

  void completeStrongWrites(long confirmableEndOffset, Consumer<Effect> effects) {
    while (strongWrites.hasBelow(confirmableEndOffset)) {
      long offset = strongWrites.firstOffset();
      confirm(strongWrites.removeFirst(), offset, false, effects);
    }
    completeRetries(strongRetries, confirmableEndOffset, effects);
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
        proposal.consistency() == Consistency.EVENTUAL || offset < status.highWatermark(),
        "I1: a STRONG write confirmed before it was committed; offset, high watermark",
        offset,
        status.highWatermark());
    boolean belowLevel =
        proposal.consistency() == Consistency.STRONG && !enoughInSync.getAsBoolean();
    effects.accept(
        new Effect.CompleteWrite(
            proposal,
            belowLevel
                ? new WriteResult.BelowLevel(offset)
                : new WriteResult.Confirmed(offset, duplicate)));
  }

  void completeCommittedReads(long highWatermark, Consumer<Effect> effects) {
    for (Late<ReadBarrier> first = committedReads.peek();
        first != null && first.offset < highWatermark;
        first = committedReads.peek()) {
      committedReads.remove();
      effects.accept(new Effect.CompleteRead(first.item));
    }
  }

  boolean hasAppliedReads() {
    return appliedReads.size() > 0;
  }

  void completeAppliedReads(long appliedOffset, Consumer<Effect> effects) {
    while (appliedReads.hasBelow(appliedOffset)) {
      effects.accept(new Effect.CompleteRead(appliedReads.removeFirst()));
    }
  }

  /**
   * Answers all that wait, because the replica does not lead any more: nobody can tell what becomes
   * of a write below the log end, while one that only gathered will never be.
   */
  void stop(
      WriteResult.UnknownReason unknown, WriteResult.Refusal refusal, Consumer<Effect> effects) {
    Stop stop = new Stop(status.logEndOffset(), unknown, refusal, effects);
    stop.writes(eventualWrites);
    stop.retries(eventualRetries);
    stop.writes(strongWrites);
    stop.retries(strongRetries);
    retryBytes = 0;
    while (!unconfirmedReads.isEmpty()) {
      stop.read(unconfirmedReads.remove().barrier);
    }
    while (!committedReads.isEmpty()) {
      stop.read(committedReads.remove().item);
    }
    while (appliedReads.size() > 0) {
      stop.read(appliedReads.removeFirst());
    }
  }

  /** How what waits is told that it waits in vain. */
  private record Stop(
      long logEndOffset,
      WriteResult.UnknownReason unknown,
      WriteResult.Refusal refusal,
      Consumer<Effect> effects) {

    void writes(OffsetQueue<Proposal> writes) {
      while (writes.size() > 0) {
        long offset = writes.firstOffset();
        write(writes.removeFirst(), offset);
      }
    }

    void retries(PriorityQueue<Late<Proposal>> retries) {
      while (!retries.isEmpty()) {
        Late<Proposal> retry = retries.remove();
        write(retry.item, retry.offset);
      }
    }

    private void write(Proposal proposal, long offset) {
      WriteResult result =
          offset < logEndOffset
              ? new WriteResult.Unknown(unknown)
              : new WriteResult.Refused(refusal);
      effects.accept(new Effect.CompleteWrite(proposal, result));
    }

    void read(ReadBarrier barrier) {
      effects.accept(new Effect.FailRead(barrier, refusal));
    }
  }
}
