package io.cairn.node.cluster;

import io.cairn.peer.v1.SeatRequest;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.replication.metadata.RatisMetadata;
import io.cairn.replication.metadata.RatisOptions.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the controller does for a member of the metadata quorum that has lost its disk, or is never
 * to come back.
 */
final class QuorumSeats {
  private static final Logger LOG = LoggerFactory.getLogger(QuorumSeats.class);

  private final RatisMetadata metadata;

  /** Each is made from the members that the one before has left. */
  private CompletableFuture<Void> lastChange = CompletableFuture.completedFuture(null);

  QuorumSeats(RatisMetadata metadata) {
    this.metadata = metadata;
  }

  /**
   * Takes the member out that had another disk.
   *
   * @return fails with a sentence when that may not be, or did not come about
   */
  synchronized CompletableFuture<Void> vacate(int nodeId, UUID storeId) {
    CompletableFuture<Void> refusal = refusalOrNull();
    if (refusal != null) {
      return refusal;
    }
    NodeMetadata known = metadata.current().nodes().get(nodeId);
    if (known != null && known.alive() && !known.storeId().equals(storeId)) {
      return CompletableFuture.failedFuture(
          new IllegalStateException(
              "node "
                  + nodeId
                  + " runs with another disk, or did until a moment ago: two processes must not have"
                  + " one node-id."));
    }
    List<Peer> members = new ArrayList<>(metadata.members());
    if (!members.removeIf(member -> member.nodeId() == nodeId)) {
      return CompletableFuture.completedFuture(null);
    }
    LOG.info("Node {} has lost its disk: it is taken out of the metadata quorum", nodeId);
    return change(members);
  }

  /**
   * Takes a member out that an operator had forgotten; one at a time. To be called again and again
   * by the controller, for nothing tells when it may be done, or whether it was.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // its callback handles the ending that matters
  synchronized void maybeForget(ClusterMetadata agreed) {
    if (refusalOrNull() != null) {
      return;
    }
    List<Peer> members = new ArrayList<>(metadata.members());
    for (Peer member : metadata.members()) {
      if (agreed.forgotten().contains(member.nodeId())) {
        members.remove(member);
        LOG.info("Node {} is forgotten: it is taken out of the metadata quorum", member.nodeId());
        change(members)
            .exceptionally(
                failed -> {
                  LOG.warn("It is tried again: {}", failed.getMessage());
                  return null;
                });
        return;
      }
    }
  }

  /** Adds a member that runs as one that joins. */
  synchronized CompletableFuture<Void> take(SeatRequest request) {
    CompletableFuture<Void> refusal = refusalOrNull();
    if (refusal != null) {
      return refusal;
    }
    Peer joining = new Peer(request.getFrom().getNodeId(), request.getHost(), request.getPort());
    List<Peer> members = new ArrayList<>(metadata.members());
    if (members.contains(joining)) {
      return CompletableFuture.completedFuture(null);
    }
    LOG.info("Node {} joins the metadata quorum", joining.nodeId());
    members.removeIf(member -> member.nodeId() == joining.nodeId());
    members.add(joining);
    return change(members);
  }

  private CompletableFuture<Void> change(List<Peer> members) {
    lastChange = metadata.changeMembers(members);
    return lastChange;
  }

  /** Null when it may be changed here and now. */
  private @Nullable CompletableFuture<Void> refusalOrNull() {
    if (!metadata.isController()) {
      return CompletableFuture.failedFuture(
          new IllegalStateException(
              "node " + metadata.controllerOrNone() + " is the controller, if any is."));
    }
    return lastChange.isDone()
        ? null
        : CompletableFuture.failedFuture(
            new IllegalStateException("the members of the metadata quorum change just now."));
  }
}
