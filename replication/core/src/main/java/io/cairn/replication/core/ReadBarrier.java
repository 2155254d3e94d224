package io.cairn.replication.core;

/**
 * A read that must wait before it may answer. However it is answered, the replica led its shard at
 * some moment after the barrier had come, and no other one did: the read is linearizable.
 *
 * @param kind what it waits for besides
 * @param epoch COMMITTED: {@link ReplicaStatus#epoch} from before the read looked. What it saw may
 *     have been cut off since, and another operation may have its offset, in a newer epoch.
 * @param offset COMMITTED: the newest offset that the read saw in the pending tail, {@link
 *     #NOTHING_PENDING} when there was none. APPLIED: not used, the barrier stands at the log end
 *     where it meets the replica.
 * @param context what the caller needs to find its way back
 */
public record ReadBarrier(Kind kind, long epoch, long offset, Object context) {

  /** All that the read saw was in the store. */
  public static final long NOTHING_PENDING = -1;

  /** What a barrier waits for. */
  public enum Kind {
    /** What the read saw is below the high watermark. */
    COMMITTED,
    /** All that was in the log when the read came is in the store. */
    APPLIED
  }

  public static ReadBarrier committed(long epoch, long offset, Object context) {
    return new ReadBarrier(Kind.COMMITTED, epoch, offset, context);
  }

  public static ReadBarrier applied(Object context) {
    return new ReadBarrier(Kind.APPLIED, 0, NOTHING_PENDING, context);
  }
}
