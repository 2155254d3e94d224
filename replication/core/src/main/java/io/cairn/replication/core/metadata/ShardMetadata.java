package io.cairn.replication.core.metadata;

import io.cairn.replication.core.Invariant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the cluster has agreed on about one shard.
 *
 * @param shard its number
 * @param replicas nodes that hold it, the preferred leader first; a learner is not among them
 * @param pending change of the replicas that is under way, if any
 * @param leader node that leads it, or {@link NodeMetadata#NONE}
 * @param epoch of the newest leadership; each has had one leader. Without a leader it is the last
 *     one's
 * @param isr the in-sync replicas, in the order of the replicas; never empty. Each of them has all
 *     that is committed on its disk. Those that have failed stay until a leader takes them out, so
 *     without a leader these are the only ones that may become it.
 * @param forcedEpoch newest epoch whose leader was forced with loss of data, 0 for none
 * @param version counts the changes of this shard's metadata
 */
public record ShardMetadata(
    int shard,
    List<Integer> replicas,
    @Nullable PendingMembership pending,
    int leader,
    long epoch,
    List<IsrMember> isr,
    long forcedEpoch,
    long version) {

  public ShardMetadata {
    replicas = List.copyOf(replicas);
    isr = isr.stream().sorted(inOrderOf(replicas)).toList();
    Invariant.check(!replicas.isEmpty(), "a shard has a replica; shard", shard);
    Invariant.check(areDistinct(replicas), "a node is a replica once; shard", shard);
    Invariant.check(!isr.isEmpty(), "an ISR has a member; shard", shard);
    Invariant.check(
        areDistinct(isr.stream().map(IsrMember::nodeId).toList()),
        "a node is in sync once; shard",
        shard);
    for (IsrMember member : isr) {
      Invariant.check(replicas.contains(member.nodeId()), "ISR in replicas", member, replicas);
    }
    Invariant.check(0 <= forcedEpoch && forcedEpoch <= epoch, "epochs", forcedEpoch, epoch);
    if (leader != NodeMetadata.NONE) {
      Invariant.check(epoch > 0, "a leader has an epoch", epoch);
      checkMember(leader, isr);
    }
    if (pending != null) {
      Invariant.check(!replicas.contains(pending.adding()), "a learner is not a replica", shard);
      Invariant.check(
          pending.removing() == NodeMetadata.NONE || replicas.contains(pending.removing()),
          "only a replica is replaced; shard",
          shard);
    }
  }

  private static Comparator<IsrMember> inOrderOf(List<Integer> replicas) {
    return Comparator.comparingInt(member -> replicas.indexOf(member.nodeId()));
  }

  private static boolean areDistinct(List<Integer> nodeIds) {
    return nodeIds.stream().distinct().count() == nodeIds.size();
  }

  private static void checkMember(int leader, List<IsrMember> isr) {
    Invariant.check(
        isr.stream().anyMatch(member -> member.nodeId() == leader),
        "a leader is in its ISR",
        leader,
        isr);
  }

  public boolean hasLeader() {
    return leader != NodeMetadata.NONE;
  }

  /** The membership of a node in the ISR, with whichever disk, or null. */
  public @Nullable IsrMember memberOrNull(int nodeId) {
    for (IsrMember member : isr) {
      if (member.nodeId() == nodeId) {
        return member;
      }
    }
    return null;
  }

  /** Whether a node holds the shard or is about to: replica or learner. */
  public boolean involves(int nodeId) {
    return replicas.contains(nodeId) || (pending != null && pending.adding() == nodeId);
  }

  /** A majority of a number of replicas. */
  public static int majority(int replicas) {
    return replicas / 2 + 1;
  }

  ShardMetadata withLeader(int newLeader) {
    long newEpoch = newLeader == NodeMetadata.NONE ? epoch : epoch + 1;
    return new ShardMetadata(
        shard, replicas, pending, newLeader, newEpoch, isr, forcedEpoch, version + 1);
  }

  /** Led by one node that alone is in sync: what only others had is given up. */
  ShardMetadata forced(IsrMember newLeader) {
    return new ShardMetadata(
        shard,
        replicas,
        pending,
        newLeader.nodeId(),
        epoch + 1,
        List.of(newLeader),
        epoch + 1,
        version + 1);
  }

  ShardMetadata withIsr(List<IsrMember> newIsr) {
    return new ShardMetadata(
        shard, replicas, pending, leader, epoch, newIsr, forcedEpoch, version + 1);
  }

  ShardMetadata withPending(@Nullable PendingMembership newPending) {
    return new ShardMetadata(
        shard, replicas, newPending, leader, epoch, isr, forcedEpoch, version + 1);
  }

  /** Other replicas, no pending change; a leader that is no longer in the ISR leads no longer. */
  ShardMetadata withReplicas(List<Integer> newReplicas, List<IsrMember> newIsr) {
    boolean leaderStays = newIsr.stream().anyMatch(member -> member.nodeId() == leader);
    return new ShardMetadata(
        shard,
        newReplicas,
        null,
        leaderStays ? leader : NodeMetadata.NONE,
        epoch,
        newIsr,
        forcedEpoch,
        version + 1);
  }

  /** For two steps that are one change. */
  ShardMetadata atVersion(long newVersion) {
    return new ShardMetadata(shard, replicas, pending, leader, epoch, isr, forcedEpoch, newVersion);
  }

  /** Whether all but the version is the same. */
  boolean isLike(ShardMetadata other) {
    return replicas.equals(other.replicas)
        && Objects.equals(pending, other.pending)
        && leader == other.leader
        && epoch == other.epoch
        && isr.equals(other.isr)
        && forcedEpoch == other.forcedEpoch;
  }
}
