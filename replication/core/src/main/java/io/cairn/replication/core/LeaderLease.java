package io.cairn.replication.core;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Until when this leader may answer STRONG reads without asking. Every tick begins a round of
 * questions; once all who could lead instead have answered one, none of them confirms anything
 * before the lease that began with that tick is over.
 */
final class LeaderLease {
  private record Round(long number, long sinceNanos) {}

  private final ReplicaStatus status;

  /** Of the ticks, the oldest first; the first is the newest that is answered, or none is. */
  private final Deque<Round> rounds = new ArrayDeque<>();

  LeaderLease(ReplicaStatus status) {
    this.status = status;
  }

  /** A round that began with a tick; one that could not make a lease any more is forgotten. */
  void onRound(long number, long nowNanos, long leaseNanos) {
    while (!rounds.isEmpty() && nowNanos - rounds.getFirst().sinceNanos() > leaseNanos) {
      rounds.removeFirst();
    }
    if (leaseNanos > 0) {
      rounds.addLast(new Round(number, nowNanos));
    }
  }

  boolean hasRounds() {
    return !rounds.isEmpty();
  }

  /**
   * @param confirmedRound the newest that all have answered who could lead, after a change of these
   *     too
   */
  void publish(long confirmedRound, long leaseNanos) {
    Round newest = null;
    while (!rounds.isEmpty() && rounds.getFirst().number() <= confirmedRound) {
      newest = rounds.removeFirst();
    }
    if (newest == null) {
      status.noLease();
    } else {
      rounds.addFirst(newest);
      status.leaseUntil(newest.sinceNanos() + leaseNanos);
    }
  }
}
