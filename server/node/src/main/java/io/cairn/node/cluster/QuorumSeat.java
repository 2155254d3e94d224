package io.cairn.node.cluster;

import io.cairn.node.config.NodeConfig;
import io.cairn.peer.v1.SeatAnswer;
import io.cairn.peer.v1.SeatRequest;
import io.cairn.replication.metadata.RatisMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The seat in the metadata quorum of a member whose disk does not remember what it had promised:
 * the controller, which is one of the others, takes the member out and adds it again.
 *
 * <p>Everything happens on the cluster's timer.
 */
final class QuorumSeat {
  private static final Logger LOG = LoggerFactory.getLogger(QuorumSeat.class);
  private static final long AGAIN_MILLIS = 900;

  /** A change of the members waits until the new one has caught up. */
  private static final long ANSWER_SECONDS = 20;

  private final QuorumPeers peers;
  private final RatisMetadata metadata;

  /** Requests to vacate that have no answer yet; one round of them at a time. */
  private int vacating;

  QuorumSeat(QuorumPeers peers, RatisMetadata metadata) {
    this.peers = peers;
    this.metadata = metadata;
  }

  /** Asks all others once, unless they are being asked; who is not the controller refuses. */
  void maybeVacate(Runnable whenVacated) {
    if (vacating > 0) {
      return;
    }
    vacating = peers.others().size();
    for (NodeConfig.Member other : peers.others()) {
      peers
          .stub(other, ANSWER_SECONDS)
          .vacateSeat(
              SeatRequest.newBuilder().setFrom(peers.helloTo(other)).build(),
              peers.<SeatAnswer>answer(
                  vacated -> {
                    vacating = 0;
                    whenVacated.run();
                  },
                  () -> vacating = Math.max(0, vacating - 1)));
    }
  }

  /** Asks until this node is a member. */
  void take() {
    NodeConfig.Member self = peers.self();
    if (metadata.members().stream().anyMatch(member -> member.nodeId() == self.nodeId())) {
      LOG.info("This node is a member of the metadata quorum");
      peers.close();
      return;
    }
    for (NodeConfig.Member other : peers.others()) {
      peers
          .stub(other, ANSWER_SECONDS)
          .takeSeat(
              SeatRequest.newBuilder()
                  .setFrom(peers.helloTo(other))
                  .setHost(self.peer().host())
                  .setPort(self.metadataPort())
                  .build(),
              peers.<SeatAnswer>answer(taken -> {}, () -> {}));
    }
    peers.later(this::take, AGAIN_MILLIS);
  }
}
