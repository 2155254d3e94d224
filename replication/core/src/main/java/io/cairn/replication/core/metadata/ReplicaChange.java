package io.cairn.replication.core.metadata;

import static io.cairn.replication.core.metadata.ClusterMetadata.refused;
import static io.cairn.replication.core.metadata.ClusterMetadata.unknownNode;
import static io.cairn.replication.core.metadata.ClusterMetadata.unknownShard;

import io.cairn.replication.core.metadata.ChangeResult.Applied;
import io.cairn.replication.core.metadata.ChangeResult.Refusal;
import java.util.ArrayList;
import java.util.List;

/** Which nodes hold a shard; one change of a shard at a time. */
public sealed interface ReplicaChange extends MetadataChange {

  /**
   * A shard begins, led by its first replica.
   *
   * @param lastEpoch newest epoch of the log that the first replica has already, 0 when there is
   *     none; when there is one, the others have to catch up first
   */
  record CreateShard(int shard, List<Integer> replicas, long lastEpoch) implements ReplicaChange {

    public CreateShard {
      replicas = List.copyOf(replicas);
    }

    @Override
    public ChangeResult applyTo(ClusterMetadata before) {
      if (before.shards().containsKey(shard)) {
        return refused(Refusal.INVALID, "shard " + shard + " exists already");
      }
      if (shard < 0
          || lastEpoch < 0
          || replicas.isEmpty()
          || replicas.stream().distinct().count() < replicas.size()) {
        return refused(Refusal.INVALID, "a shard has a number and replicas on different nodes");
      }
      List<IsrMember> isr = new ArrayList<>();
      for (int nodeId : replicas) {
        NodeMetadata node = before.nodes().get(nodeId);
        if (node == null) {
          return unknownNode(nodeId);
        }
        if (!node.alive()) {
          return refused(Refusal.NOT_ALIVE, "node " + nodeId + " is not running: start it first");
        }
        if (isr.isEmpty() || lastEpoch == 0) {
          isr.add(new IsrMember(nodeId, node.storeId()));
        }
      }
      return new Applied(
          before.withShard(
              new ShardMetadata(shard, replicas, null, replicas.get(0), lastEpoch + 1, isr, 0, 1)));
    }
  }

  /**
   * A node begins to copy the shard as a learner: it becomes a replica when its leader finds it in
   * sync.
   *
   * @param removing the replica whose place it then takes, or {@link NodeMetadata#NONE}
   */
  record AddReplica(int shard, int adding, int removing) implements ReplicaChange {
    @Override
    public ChangeResult applyTo(ClusterMetadata before) {
      ShardMetadata old = before.shards().get(shard);
      if (old == null) {
        return unknownShard(shard);
      }
      if (old.pending() != null) {
        return changePending(shard);
      }
      if (!before.nodes().containsKey(adding)) {
        return unknownNode(adding);
      }
      if (old.replicas().contains(adding)) {
        return refused(
            Refusal.ALREADY_A_REPLICA, "node " + adding + " already holds shard " + shard);
      }
      if (removing != NodeMetadata.NONE && !old.replicas().contains(removing)) {
        return refused(
            Refusal.NOT_A_REPLICA, "node " + removing + " holds no replica of shard " + shard);
      }
      return new Applied(
          before.withShard(old.withPending(new PendingMembership(adding, removing))));
    }
  }

  /** Gives up the copying that has begun. */
  record CancelAdd(int shard) implements ReplicaChange {
    @Override
    public ChangeResult applyTo(ClusterMetadata before) {
      ShardMetadata old = before.shards().get(shard);
      if (old == null) {
        return unknownShard(shard);
      }
      return old.pending() == null
          ? refused(
              Refusal.NO_CHANGE_PENDING, "the replicas of shard " + shard + " are not changing")
          : new Applied(before.withShard(old.withPending(null)));
    }
  }

  /** A node holds the shard no longer. When it led it, another in-sync replica does. */
  record RemoveReplica(int shard, int removing) implements ReplicaChange {
    @Override
    public ChangeResult applyTo(ClusterMetadata before) {
      ShardMetadata old = before.shards().get(shard);
      if (old == null) {
        return unknownShard(shard);
      }
      if (old.pending() != null) {
        return changePending(shard);
      }
      if (!old.replicas().contains(removing)) {
        return refused(
            Refusal.NOT_A_REPLICA, "node " + removing + " holds no replica of shard " + shard);
      }
      List<Integer> replicas = new ArrayList<>(old.replicas());
      replicas.removeIf(nodeId -> nodeId == removing);
      List<IsrMember> isr = new ArrayList<>(old.isr());
      isr.removeIf(member -> member.nodeId() == removing);
      long living = isr.stream().filter(before::isElectable).count();
      int needed = Math.max(1, before.minInsyncReplicas(replicas.size()));
      if (living < needed) {
        return refused(
            Refusal.TOO_FEW_IN_SYNC,
            "without node "
                + removing
                + " shard "
                + shard
                + " has "
                + living
                + " in-sync replicas that run, and needs "
                + needed
                + ": add a replica first, or wait until one has caught up");
      }
      return new Applied(before.withShard(withReplicas(before, old, replicas, isr)));
    }
  }

  /** Other replicas; elects, in the same change, when the leader is not among them any more. */
  static ShardMetadata withReplicas(
      ClusterMetadata before, ShardMetadata old, List<Integer> replicas, List<IsrMember> isr) {
    ShardMetadata changed = old.withReplicas(replicas, isr);
    if (changed.hasLeader() || !old.hasLeader()) {
      return changed;
    }
    return before.elect(changed, List.of()).atVersion(changed.version());
  }

  private static ChangeResult changePending(int shard) {
    return refused(
        Refusal.CHANGE_PENDING,
        "the replicas of shard " + shard + " are changing already: wait for it, or cancel it");
  }
}
