package io.cairn.node.shard;

import io.cairn.replication.core.WriteResult;

/**
 * A call that waits for the replica: the context of a proposal or a read barrier. It is answered
 * once, on its lane. A read that may go on is told {@link WriteResult.Confirmed}.
 */
public abstract class PendingCall {
  private final ReplyLane lane;
  private final long beganNanos = System.nanoTime();
  private WriteResult result = new WriteResult.Unknown(WriteResult.UnknownReason.STOPPED);

  protected PendingCall(ReplyLane lane) {
    this.lane = lane;
  }

  /** On the lane. Must not throw. */
  protected abstract void answer(WriteResult result);

  public final ReplyLane lane() {
    return lane;
  }

  protected final long beganNanos() {
    return beganNanos;
  }

  /** Replica thread; the hand-over to the lane publishes it. */
  final void settle(WriteResult settled) {
    result = settled;
  }

  final WriteResult result() {
    return result;
  }
}
