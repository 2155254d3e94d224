package io.cairn.replication.core;

import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.replication.core.metadata.ProcessId;
import io.cairn.replication.core.metadata.ReadLease;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What this replica has promised by its acknowledgements: to confirm nothing as a leader itself
 * while the one that it acknowledged to may still read by its lease.
 *
 * <p>Time is that of the ticks. A promise counts from the first tick after it: too late rather than
 * too early. Nothing is known of what the process before this one had promised; it counts as a
 * promise of this one's beginning.
 */
final class LeasePromises {
  private static final ProcessId UNKNOWN = new ProcessId(NodeMetadata.NONE, new UUID(0, 0), 0);

  private record Promise(ProcessId leader, long sinceNanos) {}

  /** Given since the last tick. */
  private final List<ProcessId> fresh = new ArrayList<>(List.of(UNKNOWN));

  private final List<Promise> promises = new ArrayList<>();
  private long nowNanos;

  void give(ProcessId leader) {
    if (!fresh.contains(leader)) {
      fresh.add(leader);
    }
  }

  void onTick(long now) {
    nowNanos = now;
    promises.removeIf(
        promise ->
            fresh.contains(promise.leader())
                || now - promise.sinceNanos() > ReadLease.maxWaitNanos());
    fresh.forEach(leader -> promises.add(new Promise(leader, now)));
    fresh.clear();
  }

  /**
   * That process follows now, in a newer epoch: it does not read by its old lease any more. Nor
   * does anybody before it whom this replica has promised nothing: it came in sync later than that,
   * under a leader that did not wait any more.
   */
  void release(ProcessId leader) {
    fresh.remove(leader);
    promises.removeIf(promise -> promise.leader().equals(leader));
  }

  /**
   * @param waitNanos 0 when there never was a lease
   */
  boolean areOver(long waitNanos) {
    return waitNanos == 0
        || (fresh.isEmpty()
            && promises.stream().allMatch(each -> nowNanos - each.sinceNanos() >= waitNanos));
  }
}
