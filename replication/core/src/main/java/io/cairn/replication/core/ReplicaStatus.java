package io.cairn.replication.core;

/**
 * How far a replica is, readable by any thread. The replica thread alone writes.
 *
 * <p>{@code appliedOffset <= highWatermark <= durableEndOffset <= logEndOffset}; all ends are
 * exclusive.
 */
public final class ReplicaStatus {

  /** What a replica is doing. */
  public enum Role {
    RECOVERING,
    /** Elected, but the first record of its epoch is not yet applied: does not serve. */
    OPENING_EPOCH,
    LEADER,
    /**
     * Stopped for good by a failure of log or store. Not by a violated invariant: that is thrown,
     * and who steps the replica must stop the node.
     */
    HALTED;

    /** The legal transitions; HALTED has no way out. */
    boolean mayBecome(Role next) {
      return switch (this) {
        case RECOVERING -> next == OPENING_EPOCH || next == HALTED;
        case OPENING_EPOCH -> next == LEADER || next == HALTED;
        case LEADER -> next == HALTED;
        case HALTED -> false;
      };
    }
  }

  private volatile Role role = Role.RECOVERING;
  private volatile long epoch;
  private volatile long logEndOffset;
  private volatile long durableEndOffset;
  private volatile long highWatermark;
  private volatile long appliedOffset;
  private volatile long flushedOffset;
  private volatile boolean draining;

  ReplicaStatus() {}

  public Role role() {
    return role;
  }

  public long epoch() {
    return epoch;
  }

  public long logEndOffset() {
    return logEndOffset;
  }

  public long durableEndOffset() {
    return durableEndOffset;
  }

  /**
   * Everything below it is committed. It never goes back, not over a restart either: the offset to
   * tell a client as what it has seen ({@link Proposal#seenOffset}).
   */
  public long highWatermark() {
    return highWatermark;
  }

  public long appliedOffset() {
    return appliedOffset;
  }

  public long flushedOffset() {
    return flushedOffset;
  }

  public boolean draining() {
    return draining;
  }

  /**
   * Whether this replica may answer a STRONG read without asking anyone: it leads, and is its
   * shard's only replica.
   */
  public boolean leadsAlone() {
    return role == Role.LEADER;
  }

  void role(Role value) {
    Invariant.check(role.mayBecome(value), "illegal role change; from, to", role, value);
    role = value;
  }

  void epoch(long value) {
    epoch = value;
  }

  void logEndOffset(long value) {
    logEndOffset = value;
  }

  void durableEndOffset(long value) {
    durableEndOffset = value;
  }

  void highWatermark(long value) {
    highWatermark = value;
  }

  void appliedOffset(long value) {
    appliedOffset = value;
  }

  void flushedOffset(long value) {
    flushedOffset = value;
  }

  void draining(boolean value) {
    draining = value;
  }
}
