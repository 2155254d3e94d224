package io.cairn.node.shard;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether a leader that has no room for puts may still hand its shard over, which takes the
 * controller some heartbeats: a caller that tries again meanwhile finds one that has room. For so
 * long, no longer: where no other replica can lead, callers are to hear what is wrong.
 */
final class HandOver {
  static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Of one leadership, and since its log's space changed last. */
  private record Refusals(long epoch, long spaceSinceNanos, long sinceNanos) {}

  private volatile @Nullable Refusals refusals;

  /**
   * To be asked with each put that is refused for want of room. Any thread: of two at the same time
   * either may be taken for the first.
   */
  boolean isAwaited(long epoch, long spaceSinceNanos, long nowNanos) {
    Refusals known = refusals;
    if (known == null || known.epoch() != epoch || known.spaceSinceNanos() != spaceSinceNanos) {
      known = new Refusals(epoch, spaceSinceNanos, nowNanos);
      refusals = known;
    }
    return nowNanos - known.sinceNanos() < PATIENCE_NANOS;
  }
}
