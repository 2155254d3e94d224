package io.cairn.replication.core;

import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.IsrMember;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.replication.core.metadata.PendingMembership;
import io.cairn.replication.core.metadata.ProcessId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.IntFunction;

/** Who should be in sync, judged by what the leader sees. */
final class WantedInSync {
  private final ReplicaContext context;
  private final InSyncReplicas isr;
  private final Collection<FollowerProgress> followers;
  private final IntFunction<FollowerProgress> progress;
  private final long epochStartOffset;

  /**
   * @param followers all that the leader knows, in the order of their ids
   * @param progress of a node, also of one that the leader has not heard of yet
   * @param epochStartOffset log end when the epoch began
   */
  WantedInSync(
      ReplicaContext context,
      InSyncReplicas isr,
      Collection<FollowerProgress> followers,
      IntFunction<FollowerProgress> progress,
      long epochStartOffset) {
    this.context = context;
    this.isr = isr;
    this.followers = followers;
    this.progress = progress;
    this.epochStartOffset = epochStartOffset;
  }

  /**
   * The members that may stay, then those that may come in.
   *
   * @param mayConfirm whether what this leader has promised to others is over. Before, nobody comes
   *     in: it could lead next, and has promised nothing to those who may still read by a lease.
   */
  List<ProcessId> judge(ClusterMetadata metadata, boolean mayConfirm) {
    List<ProcessId> wanted = new ArrayList<>();
    for (IsrMember member : isr.agreed().isr()) {
      if (member.nodeId() == context.self().nodeId()) {
        wanted.add(context.self());
      } else {
        FollowerProgress follower = progress.apply(member.nodeId());
        if (mayStay(member, follower, metadata)) {
          wanted.add(processOf(member, follower, metadata));
        }
      }
    }
    for (FollowerProgress follower : followers) {
      if (mayConfirm && mayComeIn(follower, metadata)) {
        wanted.add(follower.process());
      }
    }
    PendingMembership pending = isr.agreed().pending();
    if (pending != null && leavesTooFew(wanted, pending, metadata)) {
      wanted.removeIf(process -> process.nodeId() == pending.adding());
    }
    return wanted;
  }

  /** A learner does not take the place of one of the last copies: it would be one itself. */
  private boolean leavesTooFew(
      List<ProcessId> wanted, PendingMembership pending, ClusterMetadata metadata) {
    int needed = metadata.minInsyncReplicas(isr.agreed().replicas().size());
    return wanted.size() - 1 < needed
        && wanted.stream().anyMatch(process -> process.nodeId() == pending.removing());
  }

  private static boolean mayStay(
      IsrMember member, FollowerProgress follower, ClusterMetadata metadata) {
    NodeMetadata node = metadata.nodes().get(member.nodeId());
    boolean isAlive = node != null && node.alive() && node.storeId().equals(member.storeId());
    boolean isAnother = follower.isJoined() && !follower.holds(member);
    return isAlive && !isAnother && !follower.connectionIsLost() && !follower.lagsTooLong();
  }

  private boolean mayComeIn(FollowerProgress follower, ClusterMetadata metadata) {
    if (!follower.isJoined()
        || isr.agreed().memberOrNull(follower.nodeId()) != null
        || !isr.agreed().involves(follower.nodeId())) {
      return false;
    }
    NodeMetadata node = metadata.nodes().get(follower.nodeId());
    return node != null
        && node.alive()
        && node.process().equals(follower.process())
        && isCaughtUp(follower);
  }

  /**
   * Not the high watermark alone: in a new epoch the leader may know an older one than the leader
   * before it had.
   */
  private boolean isCaughtUp(FollowerProgress follower) {
    return follower.hasKeptUp()
        && follower.ackedOffset() >= context.status().highWatermark()
        && follower.ackedOffset() >= epochStartOffset;
  }

  private static ProcessId processOf(
      IsrMember member, FollowerProgress follower, ClusterMetadata metadata) {
    if (follower.holds(member)) {
      return follower.process();
    }
    NodeMetadata node = metadata.nodes().get(member.nodeId());
    return Invariant.checkPresent(node, "a member's node is known").process();
  }
}
