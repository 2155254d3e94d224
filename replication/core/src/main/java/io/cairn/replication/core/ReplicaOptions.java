package io.cairn.replication.core;

/**
 * Limits of one replica.
 *
 * @param maxRecordBytes largest record; a single operation must fit with its header
 * @param maxUnappliedBytes bytes of operations accepted but not yet applied, each counted with
 *     {@link #OPERATION_OVERHEAD_BYTES}; beyond it writes are refused
 * @param maxUnsyncedRecords records handed to the log but not yet durable; beyond it proposals
 *     gather for the next one
 * @param maxWaitingReads barriers waiting at the same time; beyond it reads are refused
 * @param maxPendingRanges range deletes that are accepted and not yet applied, without those that a
 *     newer one covers; beyond it range deletes are refused, because each read walks over them
 * @param retryWindowOperations last operations of the log among which a write that is sent again is
 *     recognised
 * @param retryWindowBytes of the log that are kept for no other reason than to recognise such
 *     writes after a restart too
 * @param replication limits of what goes on between replicas
 */
public record ReplicaOptions(
    int maxRecordBytes,
    long maxUnappliedBytes,
    int maxUnsyncedRecords,
    int maxWaitingReads,
    int maxPendingRanges,
    int retryWindowOperations,
    long retryWindowBytes,
    Replication replication) {

  /**
   * Limits of what goes on between replicas. Times are in ticks ({@link Input.Tick}).
   *
   * @param isrLagTicks a replica is taken out of the ISR when for so long it has not acknowledged
   *     what the log end was at the beginning of that time, or not answered
   * @param isrRejoinTicks one that was taken out comes back when it has kept up for so long
   * @param silenceTicks a follower that hears nothing of its leader for so long joins it again
   * @param proposalTicks after which a proposal of an ISR without an effect is sent again
   * @param resendTicks after which what a follower has not acknowledged is sent again
   * @param maxInFlightBytes sent to one follower and not acknowledged; beyond it nothing is sent
   * @param readBytes of the log that are read at once for a follower that is behind
   */
  public record Replication(
      int isrLagTicks,
      int isrRejoinTicks,
      int silenceTicks,
      int proposalTicks,
      int resendTicks,
      long maxInFlightBytes,
      int readBytes) {
    public Replication {
      positive("isrLagTicks", isrLagTicks);
      positive("isrRejoinTicks", isrRejoinTicks);
      positive("silenceTicks", silenceTicks);
      positive("proposalTicks", proposalTicks);
      positive("resendTicks", resendTicks);
      positive("maxInFlightBytes", maxInFlightBytes);
      positive("readBytes", readBytes);
    }

    /** For ticks of 50 milliseconds. */
    public static Replication defaults() {
      return new Replication(20, 4, 10, 5, 20, 16L << 20, 1 << 20);
    }
  }

  private static final int MAX_RETRY_WINDOW_OPERATIONS = 1 << 26;

  public static final int DEFAULT_MAX_PENDING_RANGES = 100;

  /** Memory that an operation takes besides its bytes while it is not yet applied, about. */
  public static final int OPERATION_OVERHEAD_BYTES = 128;

  public ReplicaOptions {
    positive("maxRecordBytes", maxRecordBytes);
    positive("maxUnappliedBytes", maxUnappliedBytes);
    positive("maxUnsyncedRecords", maxUnsyncedRecords);
    positive("maxWaitingReads", maxWaitingReads);
    positive("maxPendingRanges", maxPendingRanges);
    positive("retryWindowOperations", retryWindowOperations);
    positive("retryWindowBytes", retryWindowBytes);
    if (retryWindowOperations > MAX_RETRY_WINDOW_OPERATIONS) {
      throw new IllegalArgumentException(
          "retryWindowOperations must be at most "
              + MAX_RETRY_WINDOW_OPERATIONS
              + ", not "
              + retryWindowOperations);
    }
    if (maxUnappliedBytes < maxRecordBytes) {
      throw new IllegalArgumentException(
          "maxUnappliedBytes ("
              + maxUnappliedBytes
              + ") must be at least maxRecordBytes ("
              + maxRecordBytes
              + ")");
    }
  }

  /** With the defaults for the pending ranges and for replication. */
  public ReplicaOptions(
      int maxRecordBytes,
      long maxUnappliedBytes,
      int maxUnsyncedRecords,
      int maxWaitingReads,
      int retryWindowOperations,
      long retryWindowBytes) {
    this(
        maxRecordBytes,
        maxUnappliedBytes,
        maxUnsyncedRecords,
        maxWaitingReads,
        DEFAULT_MAX_PENDING_RANGES,
        retryWindowOperations,
        retryWindowBytes,
        Replication.defaults());
  }

  private static void positive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, not " + value);
    }
  }

  public static ReplicaOptions defaults() {
    return new ReplicaOptions(4 << 20, 64L << 20, 8, 100_000, 100_000, 64L << 20);
  }
}
