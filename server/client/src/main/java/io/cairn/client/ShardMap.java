package io.cairn.client;

import io.cairn.api.Sharding;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.Limits;
import io.cairn.v1.ShardDescription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What the client knows of a cluster: limits, who leads each shard and who holds it, and the
 * largest high watermark that it has seen of each. Only leaders and watermarks change; all else
 * comes with a new map. Thread-safe.
 */
final class ShardMap {

  /**
   * Who leads a shard.
   *
   * @param node null when nobody does, or nobody that can be reached
   */
  private record Leader(@Nullable Node node, long epoch) {}

  private final String clusterId;
  private final long version;
  private final Limits limits;
  private final Map<Integer, Node> nodes;
  private final AtomicReferenceArray<Leader> leaders;
  private final List<List<Node>> replicas;

  /** High watermarks by shard. A smaller one is never wrong. */
  private final AtomicLongArray offsets;

  /**
   * The map that an answer describes.
   *
   * @param nodes those of the answer, by node id
   * @param known the map of the same cluster until now; null when there is none
   */
  ShardMap(DescribeResponse answer, Map<Integer, Node> nodes, @Nullable ShardMap known) {
    this.clusterId = answer.getHeader().getClusterId();
    this.version = answer.getVersion();
    this.limits = answer.getLimits();
    this.nodes = nodes;
    int count = Math.max(1, answer.getShardsCount());
    ShardMap before = known == null || known.shardCount() != count ? null : known;
    this.offsets = before == null ? new AtomicLongArray(count) : before.offsets;
    this.leaders = new AtomicReferenceArray<>(count);
    List<List<Node>> holders = new ArrayList<>();
    for (int shard = 0; shard < count; shard++) {
      leaders.set(shard, new Leader(null, 0));
      holders.add(List.of());
    }
    for (ShardDescription shard : answer.getShardsList()) {
      int number = shard.getShard();
      if (number >= 0 && number < count) {
        leaders.set(number, newer(shard, before));
        holders.set(
            number,
            shard.getReplicasList().stream().filter(nodes::containsKey).map(nodes::get).toList());
      }
    }
    this.replicas = List.copyOf(holders);
    saw(answer);
  }

  /** A redirection may have told of a newer leader than the node knows that was asked. */
  private Leader newer(ShardDescription shard, @Nullable ShardMap before) {
    if (before != null) {
      Leader told = before.leaders.get(shard.getShard());
      if (told.epoch > shard.getEpoch() && nodes.containsValue(told.node)) {
        return told;
      }
    }
    return new Leader(nodes.get(shard.getLeader()), shard.getEpoch());
  }

  String clusterId() {
    return clusterId;
  }

  long version() {
    return version;
  }

  Limits limits() {
    return limits;
  }

  int shardCount() {
    return leaders.length();
  }

  int shardOf(long keyHash) {
    return Sharding.shardOf(keyHash, shardCount());
  }

  @Nullable Node leaderOrNull(int shard) {
    return leaders.get(shard).node;
  }

  /**
   * A node that holds the shard.
   *
   * @param preferred taken when it does
   * @param turn counts the nodes that were tried
   */
  Node replica(int shard, Node preferred, int turn) {
    List<Node> holders = replicas.get(shard);
    return holders.isEmpty() || holders.contains(preferred)
        ? preferred
        : holders.get(turn % holders.size());
  }

  /** Whether it is all that there is of its cluster. */
  boolean isOnlyNode(Node node) {
    return nodes.size() == 1 && nodes.containsValue(node);
  }

  @Nullable Node nodeOrNull(int nodeId) {
    return nodes.get(nodeId);
  }

  /**
   * A node that was asked denied to lead the shard, and named another one. That one is believed
   * when its epoch is newer, or when the map had named the node that denies it.
   *
   * @return whether the shard's leader is not the node that denied it, from now on
   */
  boolean correct(int shard, Node denied, @Nullable Node named, long epoch) {
    Leader known = leaders.get(shard);
    while (named != null
        && (epoch > known.epoch || (epoch == known.epoch && denied.equals(known.node)))
        && !leaders.compareAndSet(shard, known, new Leader(named, epoch))) {
      known = leaders.get(shard);
    }
    Node now = leaderOrNull(shard);
    return now != null && !now.equals(denied);
  }

  /** The largest high watermark seen. */
  long seenOffset(int shard) {
    return offsets.get(shard);
  }

  void saw(int shard, long offset) {
    if (shard < 0 || shard >= offsets.length()) {
      return; // of a map that is not this one
    }
    long seen = offsets.get(shard);
    while (offset > seen && !offsets.compareAndSet(shard, seen, offset)) {
      seen = offsets.get(shard);
    }
  }

  /** Learns the offsets only. */
  void saw(DescribeResponse answer) {
    for (ShardDescription shard : answer.getShardsList()) {
      saw(shard.getShard(), shard.getHighWatermark());
    }
  }

  /**
   * An offset was refused: too old, or beyond the log of a node that came back from a backup.
   *
   * @return false when another one is known by now
   */
  boolean forget(int shard, long refused) {
    return offsets.compareAndSet(shard, refused, 0);
  }

  /**
   * Shards by the node that is to be asked for them, in order.
   *
   * @param ofLeaders whether that is the leader, or any that holds it
   * @return the key null has those without a leader
   */
  Map<@Nullable Node, List<Integer>> byNode(
      Iterable<Integer> shards, boolean ofLeaders, Node preferred, int turn) {
    Map<@Nullable Node, List<Integer>> grouped = new LinkedHashMap<>();
    for (int shard : shards) {
      Node node = ofLeaders ? leaderOrNull(shard) : replica(shard, preferred, turn);
      grouped.computeIfAbsent(node, unused -> new ArrayList<>()).add(shard);
    }
    return grouped;
  }
}
