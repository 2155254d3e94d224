package io.cairn.replication.core;

/**
 * A read that must wait before it may answer.
 *
 * @param kind what it waits for
 * @param offset COMMITTED: the newest offset that the read saw. APPLIED: not used, the barrier
 *     stands at the log end where it meets the replica.
 * @param context what the caller needs to find its way back
 */
public record ReadBarrier(Kind kind, long offset, Object context) {

  /** What a barrier waits for. */
  public enum Kind {
    /** What the read saw is below the high watermark. */
    COMMITTED,
    /** All that was in the log when the read came is in the store. */
    APPLIED
  }
}
