package io.cairn.replication.core;

import io.cairn.replication.core.ReplicaLog.EpochStart;
import java.util.List;

/**
 * What the replicas of a shard tell each other; see docs/cluster-protocol.md. Messages may be lost,
 * doubled and overtaken. Who sends is told by the connection.
 */
public sealed interface PeerMessage {

  /** The newest epoch that the sender knows; in an answer the one of the question. */
  long epoch();

  /**
   * A follower asks where its log parts from the leader's.
   *
   * @param number of this question in the follower's life: only the answer to its newest one
   *     counts, because an older one could cut off what it has acknowledged since
   */
  record Join(long epoch, long number, List<EpochStart> history, long logEndOffset)
      implements PeerMessage {
    public Join {
      history = List.copyOf(history);
    }
  }

  /**
   * @param number of the question
   * @param commonEndOffset from which on the follower's log is to be cut off
   * @param snapshotNeeded whether the leader does not have the records any more with which the
   *     follower would have to go on
   */
  record JoinAnswer(long epoch, long number, long commonEndOffset, boolean snapshotNeeded)
      implements PeerMessage {}

  /**
   * Records as they lie in the leader's log, one after the other; none in a heartbeat.
   *
   * @param highWatermark the leader's
   * @param round of questions whether the sender still leads, which this message belongs to
   */
  record Append(long epoch, List<LogRecord> records, long highWatermark, long round)
      implements PeerMessage {}

  /**
   * A promise: the sender has everything below the durable end on the disk that it runs on, and
   * will never cut it off in this epoch.
   *
   * @param logEndOffset where the leader is to go on
   * @param round the newest that the sender has seen
   */
  record Ack(long epoch, long durableEndOffset, long logEndOffset, long round)
      implements PeerMessage {}

  /**
   * A follower that has joined offers what was cut off from its log, as writes that lose against
   * anything newer.
   *
   * @param number of this offer in the follower's life; sent again under the same number
   * @param cutOffset up to where the follower's log was the leader's: whatever changed a key in the
   *     leader's log from here on is newer than the offer
   * @param writes each of another key
   */
  record Offer(long epoch, long number, long cutOffset, List<OfferedWrite> writes)
      implements PeerMessage {
    public Offer {
      writes = List.copyOf(writes);
    }
  }

  /**
   * The leader has done what it could.
   *
   * @param number of the offer
   * @param outOfReach whether the leader has forgotten what is newer, so that nothing can be placed
   * @param placedOffsets of the writes that nothing newer had changed, as the offer numbers them:
   *     they are committed as writes of the leader
   */
  record OfferAnswer(long epoch, long number, boolean outOfReach, List<Long> placedOffsets)
      implements PeerMessage {
    public OfferAnswer {
      placedOffsets = List.copyOf(placedOffsets);
    }
  }

  /** The receiver has sent a message of an older epoch than this one. */
  record StaleEpoch(long epoch) implements PeerMessage {}
}
