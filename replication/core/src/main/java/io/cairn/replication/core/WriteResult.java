package io.cairn.replication.core;

/** What became of a proposal. */
public sealed interface WriteResult {

  /**
   * The write is what its consistency level promises.
   *
   * @param offset of its operation, the version of the key
   * @param duplicate whether an earlier attempt had done it
   */
  record Confirmed(long offset, boolean duplicate) implements WriteResult {}

  /**
   * The write was not applied, and never will be by this attempt. Of an earlier attempt that was
   * left without an answer it says nothing.
   */
  record Refused(Refusal reason) implements WriteResult {}

  /**
   * A STRONG write is on the disk of every in-sync replica and will stay, but by then fewer were in
   * sync than it needs.
   */
  record BelowLevel(long offset) implements WriteResult {}

  /** The write may have been applied or may be in future: nobody can tell any more. */
  record Unknown(UnknownReason reason) implements WriteResult {}

  /** Why a write was not accepted. */
  enum Refusal {
    /** The replica recovers its log, or opens its epoch: try again soon. */
    NOT_SERVING,
    /** Another node leads the shard. */
    NOT_LEADER,
    /** STRONG writes need more in-sync replicas than there are just now. */
    NOT_ENOUGH_REPLICAS,
    /** A queue is full: try again later. */
    OVERLOADED,
    /** The disk is nearly full: free space, or delete while the reserve lasts. */
    DISK_FULL,
    /**
     * The {@code seenOffset} does not fit the log: older than the retry window, in a first attempt,
     * or beyond the log's end. Nothing was applied: ask for a new offset and send again.
     */
    SEEN_OFFSET_TOO_OLD
  }

  /** Why a write's outcome cannot be told. */
  enum UnknownReason {
    /** Sent again after the retry window had moved past it. */
    OUTSIDE_RETRY_WINDOW,
    /** Appended, but the replica stopped before the write was confirmed. */
    STOPPED,
    /** Appended, but another node leads the shard now. */
    LEADERSHIP_LOST
  }
}
