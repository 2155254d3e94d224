package io.cairn.replication.core.metadata;

import io.cairn.replication.core.Invariant;

/**
 * For how long a leader may answer STRONG reads without asking anyone, from the moment at which it
 * has asked all who could lead instead and they have answered (leases: Gray and Cheriton, 1989;
 * Ongaro, Consensus: Bridging Theory and Practice, 6.4.1). A new leader confirms nothing before
 * what it has promised to others so is over.
 *
 * @param millis 0 for not at all
 * @param longestMillis the longest that it ever was in this cluster: a leader that was replaced may
 *     not have heard yet that it is shorter now
 */
public record ReadLease(int millis, int longestMillis) {
  public static final ReadLease NONE = new ReadLease(0, 0);

  /** No promise is remembered for longer. */
  public static final int MAX_MILLIS = 10_000;

  /** By so much two clocks may differ while a lease lasts: one part of so many. */
  private static final int CLOCK_PARTS = 8;

  private static final long NANOS_PER_MILLI = 1_000_000;

  public ReadLease {
    Invariant.check(
        0 <= millis && millis <= longestMillis && longestMillis <= MAX_MILLIS,
        "a read lease has its limits; milliseconds, the longest",
        millis,
        longestMillis);
  }

  ReadLease of(int newMillis) {
    return new ReadLease(newMillis, Math.max(longestMillis, newMillis));
  }

  public long nanos() {
    return millis * NANOS_PER_MILLI;
  }

  /** How long a new leader waits, by its own clock, which may go faster than the other's. */
  public long waitNanos() {
    return waitNanos(longestMillis);
  }

  /** The longest that anyone ever waits. */
  public static long maxWaitNanos() {
    return waitNanos(MAX_MILLIS);
  }

  private static long waitNanos(int millis) {
    return millis * NANOS_PER_MILLI / CLOCK_PARTS * (CLOCK_PARTS + 1);
  }
}
