package io.cairn.node.shard;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log when a disk stops answering and when it answers again. One thread. */
final class DiskWatch {
  private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);

  private final List<Shard> shards;
  private final Set<Integer> stalled = new HashSet<>();

  DiskWatch(List<Shard> shards) {
    this.shards = shards;
  }

  void check() {
    for (Shard shard : shards) {
      if (shard.isDiskStalled()) {
        if (stalled.add(shard.number())) {
          LOG.warn("Shard {}: a sync of its log hangs longer than log.slow-sync", shard.number());
        }
      } else if (stalled.remove(shard.number())) {
        LOG.info("Shard {}: its disk answers again", shard.number());
      }
    }
  }
}
