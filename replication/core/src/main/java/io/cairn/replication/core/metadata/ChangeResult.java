package io.cairn.replication.core.metadata;

/** What became of a change of the metadata. */
public sealed interface ChangeResult {

  /** The metadata as it is now: the same as before when there was nothing to change. */
  record Applied(ClusterMetadata metadata) implements ChangeResult {}

  /**
   * Nothing was changed.
   *
   * @param sentence for people: what was wrong, and what to do
   */
  record Refused(Refusal refusal, String sentence) implements ChangeResult {}

  /** Why a change was refused. */
  enum Refusal {
    UNKNOWN_NODE,
    UNKNOWN_SHARD,
    /** It comes from, or speaks of, a process or disk that has been replaced. */
    STALE_INCARNATION,
    /** The shard's metadata is not what the sender had seen: look again. */
    STALE_VERSION,
    /** The sender does not lead the shard in this epoch any more. */
    STALE_EPOCH,
    NOT_A_REPLICA,
    ALREADY_A_REPLICA,
    NOT_ALIVE,
    NOT_IN_SYNC,
    /** Another change of the shard's replicas is under way. */
    CHANGE_PENDING,
    NO_CHANGE_PENDING,
    /** It would leave fewer in-sync replicas than a STRONG write needs. */
    TOO_FEW_IN_SYNC,
    /** A leader is forced although one can be had without loss. */
    NEEDLESS_DATA_LOSS,
    /** The node still holds a shard or lives. */
    NODE_IN_USE,
    INVALID
  }
}
