package io.cairn.replication.core.metadata;

import static io.cairn.replication.core.metadata.ClusterMetadata.refused;
import static io.cairn.replication.core.metadata.ClusterMetadata.unknownNode;
import static io.cairn.replication.core.metadata.ClusterMetadata.unknownShard;

import io.cairn.replication.core.metadata.ChangeResult.Applied;
import io.cairn.replication.core.metadata.ChangeResult.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who is in sync, and who of them leads. */
public sealed interface IsrChange extends MetadataChange {

  /**
   * The leader names its in-sync replicas: a compare-and-set on epoch and version. Nothing else
   * lets a replica enter while a leader stays in its epoch: {@link ReplicaChange.RemoveReplica}
   * only takes one out, and {@link ForceLeader} begins another epoch. Hence the ISR that a leader
   * counts over, its own proposal included, is never smaller than the agreed one. A learner that
   * enters becomes a replica by it, and the one that it replaces leaves, unless that is in sync and
   * fewer than a STRONG write needs would be without it.
   *
   * <p>Naming the same ISR again counts as a change: no proposal that was sent before can be
   * accepted after it, so that its members need not be counted any longer.
   *
   * @param expectedVersion of the shard's metadata, on which the leader based its proposal
   */
  record AlterIsr(int shard, int leader, long epoch, long expectedVersion, List<ProcessId> isr)
      implements IsrChange {

    public AlterIsr {
      isr = List.copyOf(isr);
    }

    @Override
    public ChangeResult applyTo(ClusterMetadata before) {
      ShardMetadata old = before.shards().get(shard);
      if (old == null) {
        return unknownShard(shard);
      }
      if (old.epoch() != epoch || old.leader() != leader) {
        return refused(
            Refusal.STALE_EPOCH,
            "node " + leader + " does not lead shard " + shard + " in epoch " + epoch);
      }
      if (old.version() != expectedVersion) {
        return refused(
            Refusal.STALE_VERSION,
            "shard " + shard + " is at version " + old.version() + ", not " + expectedVersion);
      }
      if (isr.stream().noneMatch(candidate -> candidate.nodeId() == leader)
          || isr.stream().map(ProcessId::nodeId).distinct().count() < isr.size()) {
        return refused(Refusal.INVALID, "an ISR names its leader, and nobody twice");
      }
      for (ProcessId candidate : isr) {
        if (!old.isr().contains(candidate.member())) {
          ChangeResult refusal = refusalOrNull(before, old, candidate);
          if (refusal != null) {
            return refusal;
          }
        }
      }
      ShardMetadata after = after(before, old);
      int needed = before.minInsyncReplicas(after.replicas().size());
      if (after.isr().size() < Math.min(isr.size(), needed)) {
        return refused(
            Refusal.TOO_FEW_IN_SYNC,
            "the replica that is replaced on shard "
                + shard
                + " is needed until "
                + needed
                + " without it are in sync");
      }
      return new Applied(before.withShard(after));
    }

    private static @Nullable ChangeResult refusalOrNull(
        ClusterMetadata before, ShardMetadata shard, ProcessId candidate) {
      NodeMetadata node = before.nodes().get(candidate.nodeId());
      if (node == null) {
        return unknownNode(candidate.nodeId());
      }
      if (!shard.involves(candidate.nodeId())) {
        return notAReplica(candidate.nodeId(), shard.shard());
      }
      if (!node.holds(candidate.member()) || node.incarnation() != candidate.incarnation()) {
        return refused(
            Refusal.STALE_INCARNATION,
            "node " + candidate.nodeId() + " has restarted since it had caught up");
      }
      return node.alive() ? null : notAlive(candidate.nodeId());
    }

    private ShardMetadata after(ClusterMetadata before, ShardMetadata old) {
      List<IsrMember> members = new ArrayList<>(isr.stream().map(ProcessId::member).toList());
      PendingMembership pending = old.pending();
      if (pending == null || members.stream().noneMatch(m -> m.nodeId() == pending.adding())) {
        return old.withIsr(members);
      }
      List<Integer> replicas = new ArrayList<>(old.replicas());
      replicas.add(pending.adding());
      replicas.removeIf(nodeId -> nodeId == pending.removing());
      members.removeIf(member -> member.nodeId() == pending.removing());
      return ReplicaChange.withReplicas(before, old, replicas, members);
    }
  }

  /** The leadership goes to another in-sync replica. */
  record Transfer(int shard, long epoch, int target) implements IsrChange {
    @Override
    public ChangeResult applyTo(ClusterMetadata before) {
      ShardMetadata old = before.shards().get(shard);
      if (old == null) {
        return unknownShard(shard);
      }
      if (old.epoch() != epoch) {
        return refused(
            Refusal.STALE_EPOCH,
            "shard " + shard + " is in epoch " + old.epoch() + ", not " + epoch);
      }
      IsrMember member = old.memberOrNull(target);
      if (member == null) {
        return refused(
            Refusal.NOT_IN_SYNC,
            "node "
                + target
                + " is not in sync on shard "
                + shard
                + ": wait until it has caught up");
      }
      if (!before.isElectable(member)) {
        return notAlive(target);
      }
      return new Applied(
          old.leader() == target ? before : before.withShard(old.withLeader(target)));
    }
  }

  /**
   * The operator gives up what this replica does not have, because nobody who has it comes back.
   */
  record ForceLeader(int shard, long epoch, int target) implements IsrChange {
    @Override
    public ChangeResult applyTo(ClusterMetadata before) {
      ShardMetadata old = before.shards().get(shard);
      if (old == null) {
        return unknownShard(shard);
      }
      if (old.epoch() != epoch) {
        return refused(
            Refusal.STALE_EPOCH,
            "shard " + shard + " is in epoch " + old.epoch() + ", not " + epoch);
      }
      for (IsrMember member : old.isr()) {
        if (before.isElectable(member)) {
          return refused(
              Refusal.NEEDLESS_DATA_LOSS,
              "node " + member.nodeId() + " can lead shard " + shard + " without loss of data");
        }
      }
      if (!old.replicas().contains(target)) {
        return notAReplica(target, shard);
      }
      NodeMetadata node = before.nodes().get(target);
      if (node == null || !node.alive()) {
        return notAlive(target);
      }
      return new Applied(before.withShard(old.forced(new IsrMember(target, node.storeId()))));
    }
  }

  private static ChangeResult notAReplica(int nodeId, int shard) {
    return refused(Refusal.NOT_A_REPLICA, "node " + nodeId + " holds no replica of shard " + shard);
  }

  private static ChangeResult notAlive(int nodeId) {
    return refused(Refusal.NOT_ALIVE, "node " + nodeId + " is not running: start it first");
  }
}
