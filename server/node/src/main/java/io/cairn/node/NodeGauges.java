package io.cairn.node;

import io.cairn.node.metrics.NodeMetrics;
import io.cairn.node.service.Admission;
import io.cairn.node.shard.Shard;
import io.cairn.node.shard.Shards;
import io.cairn.replication.core.ReplicaStatus;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleBiFunction;

/** Registers everything that is measured by looking at it. */
final class NodeGauges {
  private final NodeMetrics metrics;

  NodeGauges(NodeMetrics metrics) {
    this.metrics = metrics;
  }

  void register(CairnNode node, Shards shards, Admission admission) {
    metrics.gauge(
        "cairn.in.flight",
        "bytes",
        "Bytes of requests being served",
        admission,
        Admission::inFlightBytes);
    metrics.gauge(
        "cairn.problems",
        "",
        "Things that are wrong with the node",
        node,
        n -> n.problems().size());
    for (Shard shard : shards.all()) {
      offsets(shard);
      sizes(shard);
      replicas(shard);
    }
  }

  private void offsets(Shard shard) {
    int number = shard.number();
    String meaning = "Offsets of the shard; all are ends, none is included";
    metrics.shardGauge(
        number, "cairn.log.start.offset", "", meaning, shard, s -> s.log().startOffset());
    metrics.shardGauge(
        number, "cairn.log.end.offset", "", meaning, shard, s -> s.status().logEndOffset());
    metrics.shardGauge(
        number, "cairn.durable.offset", "", meaning, shard, s -> s.status().durableEndOffset());
    metrics.shardGauge(
        number, "cairn.high.watermark", "", meaning, shard, s -> s.status().highWatermark());
    metrics.shardGauge(
        number, "cairn.applied.offset", "", meaning, shard, s -> s.status().appliedOffset());
    metrics.shardGauge(
        number, "cairn.flushed.offset", "", meaning, shard, s -> s.status().flushedOffset());
    metrics.shardGauge(
        number,
        "cairn.epoch",
        "",
        "Epoch of the shard's leadership",
        shard,
        s -> s.status().epoch());
  }

  private void sizes(Shard shard) {
    int number = shard.number();
    metrics.shardGauge(
        number,
        "cairn.log.size",
        "bytes",
        "Bytes of the log on disk",
        shard,
        s -> s.log().sizeBytes());
    metrics.shardGauge(
        number,
        "cairn.store.size",
        "bytes",
        "Bytes of the store on disk",
        shard,
        s -> s.store().statistics().diskBytes());
    metrics.shardGauge(
        number,
        "cairn.store.memory",
        "bytes",
        "Bytes of the store's write buffers",
        shard,
        s -> s.store().statistics().memoryBytes());
    metrics.shardGauge(
        number,
        "cairn.store.keys",
        "",
        "Keys in the store, about",
        shard,
        s -> s.store().statistics().estimatedKeys());
    metrics.shardGauge(
        number,
        "cairn.disk.stalled",
        "",
        "1 while a sync of the log hangs longer than log.slow-sync",
        shard,
        s -> s.isDiskStalled() ? 1 : 0);
  }

  private void replicas(Shard shard) {
    int number = shard.number();
    metrics.shardGauge(
        number,
        "cairn.leads",
        "",
        "1 while this node leads the shard",
        shard,
        s -> s.status().leader() == s.nodeId() ? 1 : 0);
    metrics.shardGauge(
        number,
        "cairn.insync.replicas",
        "",
        "In-sync replicas of the shard, as far as this node knows",
        shard,
        s -> s.status().isr().size());
    metrics.shardGauge(
        number,
        "cairn.under.min.insync",
        "",
        "1 while this node leads the shard and STRONG writes lack in-sync replicas",
        shard,
        s -> s.status().lacksInSync() ? 1 : 0);
    metrics.shardGauges(
        number,
        "cairn.follower.lag.operations",
        "On the leader: operations that the follower has not acknowledged",
        "follower",
        () -> perFollower(shard, NodeGauges::lagOperations));
    metrics.shardGauges(
        number,
        "cairn.follower.lag.seconds",
        "On the leader: since when the follower lacks something",
        "follower",
        () -> perFollower(shard, NodeGauges::lagSeconds));
  }

  private static Map<String, Double> perFollower(
      Shard shard, ToDoubleBiFunction<ReplicaStatus, ReplicaStatus.Follower> value) {
    Map<String, Double> values = new TreeMap<>();
    ReplicaStatus status = shard.status();
    for (ReplicaStatus.Follower follower : status.followers()) {
      values.put(Integer.toString(follower.nodeId()), value.applyAsDouble(status, follower));
    }
    return values;
  }

  private static double lagOperations(ReplicaStatus status, ReplicaStatus.Follower follower) {
    return Math.max(0, status.logEndOffset() - follower.ackedOffset());
  }

  private static double lagSeconds(ReplicaStatus status, ReplicaStatus.Follower follower) {
    return lagOperations(status, follower) == 0
        ? 0
        : follower.lagTicks() * Shards.TICK_MILLIS / 1_000.0;
  }
}
