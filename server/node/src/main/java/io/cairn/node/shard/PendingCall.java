package io.cairn.node.shard;

import io.cairn.replication.core.Invariant;
import io.cairn.replication.core.WriteResult;
import org.jspecify.annotations.Nullable;

/**
 * A call that waits for the replica: the context of a proposal or a read barrier. It is answered
 * once, on its lane. A read that may go on is told {@link WriteResult.Confirmed}.
 */
public abstract class PendingCall {
  private final ReplyLane lane;
  private final long beganNanos;
  private @Nullable WriteResult result;
  private @Nullable WriteResult afterFailure;

  /**
   * @param beganNanos when the request came, by {@link System#nanoTime}
   */
  protected PendingCall(ReplyLane lane, long beganNanos) {
    this.lane = lane;
    this.beganNanos = beganNanos;
  }

  /** On the lane. Must not throw. */
  protected abstract void answer(WriteResult result);

  /** On the lane, once all calls that were settled together are answered. Must not throw. */
  protected void flush() {}

  public final ReplyLane lane() {
    return lane;
  }

  protected final long beganNanos() {
    return beganNanos;
  }

  /**
   * Who steps the replica; the hand-over to the lane publishes it.
   *
   * @param ifFailed what to tell in place of a confirmation once the node has failed
   */
  final void settle(WriteResult settled, WriteResult ifFailed) {
    result = settled;
    afterFailure = ifFailed;
  }

  final WriteResult result(boolean failed) {
    WriteResult settled = Invariant.checkPresent(result, "a call is answered once it is settled");
    return failed && settled instanceof WriteResult.Confirmed
        ? Invariant.checkPresent(afterFailure, "a call is answered once it is settled")
        : settled;
  }
}
