package io.cairn.replication.core.metadata;

import io.cairn.replication.core.Invariant;
import io.cairn.replication.core.metadata.ChangeResult.Applied;
import io.cairn.replication.core.metadata.ChangeResult.Refusal;
import io.cairn.replication.core.metadata.ChangeResult.Refused;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What all nodes of a cluster agree on; immutable. It changes by {@link #apply} alone, which checks
 * after each change that an epoch has one leader (I3), that epochs and versions grow, and that
 * leaders live.
 *
 * @param version counts the changes of the metadata
 * @param minInsyncReplicas how many in-sync replicas a STRONG write needs, 0 for a majority of the
 *     shard's replicas
 * @param nodes by their ids
 * @param shards by their numbers
 * @param forgotten ids of nodes that an operator had forgotten and that have not come back; they
 *     are to be no members of the metadata quorum either
 * @param readLease of every shard's leader
 */
public record ClusterMetadata(
    long version,
    int minInsyncReplicas,
    SortedMap<Integer, NodeMetadata> nodes,
    SortedMap<Integer, ShardMetadata> shards,
    SortedSet<Integer> forgotten,
    ReadLease readLease) {

  public ClusterMetadata {
    nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
    shards = Collections.unmodifiableSortedMap(new TreeMap<>(shards));
    forgotten = Collections.unmodifiableSortedSet(new TreeSet<>(forgotten));
    Invariant.check(
        Collections.disjoint(nodes.keySet(), forgotten), "a forgotten node is not known");
    for (ShardMetadata shard : shards.values()) {
      checkNodes(nodes, shard);
    }
  }

  private static void checkNodes(SortedMap<Integer, NodeMetadata> nodes, ShardMetadata shard) {
    for (int nodeId : shard.replicas()) {
      Invariant.check(nodes.containsKey(nodeId), "a replica's node is known", nodeId);
    }
    PendingMembership pending = shard.pending();
    Invariant.check(
        pending == null || nodes.containsKey(pending.adding()), "a learner's node is known");
    if (shard.hasLeader()) {
      NodeMetadata leader =
          Invariant.checkPresent(nodes.get(shard.leader()), "a leader's node is known");
      IsrMember member =
          Invariant.checkPresent(shard.memberOrNull(shard.leader()), "a leader is in its ISR");
      Invariant.check(
          leader.alive() && leader.holds(member), "a leader lives on the disk that is in sync");
    }
  }

  /** Of a cluster that has no node yet. */
  public static ClusterMetadata empty() {
    return new ClusterMetadata(
        0, 0, new TreeMap<>(), new TreeMap<>(), new TreeSet<>(), ReadLease.NONE);
  }

  /** How many in-sync replicas a STRONG write on a shard needs: never more than it has. */
  public int minInsyncReplicas(int replicas) {
    return minInsyncReplicas == 0
        ? ShardMetadata.majority(replicas)
        : Math.min(minInsyncReplicas, replicas);
  }

  /** A pure function of this and the change. */
  public ChangeResult apply(MetadataChange change) {
    ChangeResult result = change.applyTo(this);
    if (!(result instanceof Applied applied)) {
      return result;
    }
    ClusterMetadata after = applied.metadata();
    if (after.isLike(this)) {
      return new Applied(this);
    }
    shards.values().forEach(shard -> checkSuccessor(shard, after.shards.get(shard.shard())));
    return new Applied(
        new ClusterMetadata(
            version + 1,
            after.minInsyncReplicas,
            after.nodes,
            after.shards,
            after.forgotten,
            after.readLease));
  }

  private boolean isLike(ClusterMetadata other) {
    return minInsyncReplicas == other.minInsyncReplicas
        && nodes.equals(other.nodes)
        && shards.equals(other.shards)
        && forgotten.equals(other.forgotten)
        && readLease.equals(other.readLease);
  }

  private static void checkSuccessor(ShardMetadata before, @Nullable ShardMetadata shard) {
    ShardMetadata after = Invariant.checkPresent(shard, "a shard stays");
    Invariant.check(
        after.epoch() >= before.epoch(), "I3: epochs grow", before.epoch(), after.epoch());
    Invariant.check(
        !after.hasLeader() || after.leader() == before.leader() || after.epoch() > before.epoch(),
        "I3: an epoch has one leader",
        before,
        after);
    Invariant.check(
        after.equals(before) || after.version() == before.version() + 1,
        "a shard's version counts its changes",
        before.version(),
        after.version());
  }

  // For the rules

  ClusterMetadata withNode(NodeMetadata node) {
    SortedMap<Integer, NodeMetadata> changed = new TreeMap<>(nodes);
    changed.put(node.nodeId(), node);
    SortedSet<Integer> remaining = new TreeSet<>(forgotten);
    remaining.remove(node.nodeId());
    return new ClusterMetadata(version, minInsyncReplicas, changed, shards, remaining, readLease);
  }

  ClusterMetadata withForgotten(int nodeId) {
    SortedMap<Integer, NodeMetadata> changed = new TreeMap<>(nodes);
    changed.remove(nodeId);
    SortedSet<Integer> more = new TreeSet<>(forgotten);
    more.add(nodeId);
    return new ClusterMetadata(version, minInsyncReplicas, changed, shards, more, readLease);
  }

  ClusterMetadata withShard(ShardMetadata shard) {
    SortedMap<Integer, ShardMetadata> changed = new TreeMap<>(shards);
    changed.put(shard.shard(), shard);
    return new ClusterMetadata(version, minInsyncReplicas, nodes, changed, forgotten, readLease);
  }

  ClusterMetadata withEachShard(UnaryOperator<ShardMetadata> rule) {
    SortedMap<Integer, ShardMetadata> changed = new TreeMap<>(shards);
    changed.replaceAll((number, shard) -> rule.apply(shard));
    return new ClusterMetadata(version, minInsyncReplicas, nodes, changed, forgotten, readLease);
  }

  ClusterMetadata withReadLease(ReadLease lease) {
    return new ClusterMetadata(version, minInsyncReplicas, nodes, shards, forgotten, lease);
  }

  boolean isElectable(IsrMember member) {
    NodeMetadata node = nodes.get(member.nodeId());
    return node != null && node.alive() && node.holds(member);
  }

  /**
   * Who leads a shard that has no leader: of the in-sync replicas that live, the one with the
   * longest log as far as known, in doubt the one that stands first; none when none lives.
   */
  ShardMetadata elect(ShardMetadata shard, List<LogEnd> known) {
    IsrMember best = null;
    LogEnd bestEnd = null;
    for (IsrMember member : shard.isr()) {
      if (isElectable(member)) {
        LogEnd end = endOf(shard.shard(), member.nodeId(), known);
        if (bestEnd == null || LogEnd.SHORTEST_FIRST.compare(end, bestEnd) > 0) {
          best = member;
          bestEnd = end;
        }
      }
    }
    return best == null ? shard : shard.withLeader(best.nodeId());
  }

  private static LogEnd endOf(int shard, int nodeId, List<LogEnd> known) {
    return known.stream()
        .filter(end -> end.shard() == shard && end.nodeId() == nodeId)
        .findFirst()
        .orElseGet(() -> new LogEnd(shard, nodeId, -1, -1));
  }

  static Refused refused(Refusal refusal, String sentence) {
    return new Refused(refusal, sentence);
  }

  static Refused unknownNode(int nodeId) {
    return refused(
        Refusal.UNKNOWN_NODE, "node " + nodeId + " has never joined this cluster: start it first");
  }

  static Refused unknownShard(int shard) {
    return refused(Refusal.UNKNOWN_SHARD, "there is no shard " + shard + " in this cluster");
  }
}
