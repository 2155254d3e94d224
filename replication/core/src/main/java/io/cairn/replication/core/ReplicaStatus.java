package io.cairn.replication.core;

import io.cairn.replication.core.metadata.NodeMetadata;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How far a replica is, readable by any thread. Who steps the replica alone writes.
 *
 * <p>{@code appliedOffset <= highWatermark <= durableEndOffset <= logEndOffset}; all ends are
 * exclusive.
 */
public final class ReplicaStatus {

  /** What a replica is doing. */
  public enum Role {
    RECOVERING,
    /** Takes the leader's records, or waits to hear who leads. */
    FOLLOWER,
    /**
     * Elected, but the first record of its epoch is not yet applied. It takes writes and reads like
     * a leader, and answers what needs the others once they have joined it.
     */
    OPENING_EPOCH,
    LEADER,
    /** Waits for the end: log and store are to be replaced by a snapshot. */
    REBUILDING,
    /**
     * Stopped for good by a failure of log or store. Not by a violated invariant: that is thrown,
     * and who steps the replica must stop the node.
     */
    HALTED;

    /** The legal transitions; HALTED has no way out. */
    boolean mayBecome(Role next) {
      return switch (this) {
        case RECOVERING -> next == FOLLOWER || next == HALTED;
        case FOLLOWER -> next == OPENING_EPOCH || next == REBUILDING || next == HALTED;
        case OPENING_EPOCH -> next == LEADER || next == FOLLOWER || next == HALTED;
        case LEADER -> next == FOLLOWER || next == HALTED;
        case REBUILDING -> next == HALTED;
        case HALTED -> false;
      };
    }

    /** Whether it has left the protocol and only waits for its end. */
    public boolean isOver() {
      return this == REBUILDING || this == HALTED;
    }
  }

  /**
   * What a leader knows of another replica.
   *
   * @param connected whether it has joined in this epoch
   * @param ackedOffset everything below it is on that replica's disk
   * @param lagTicks since when it has been without something that the leader had, 0 when it has all
   */
  public record Follower(
      int nodeId, boolean inSync, boolean connected, long ackedOffset, long lagTicks) {}

  private static final long NO_LEASE = Long.MIN_VALUE;

  private volatile Role role = Role.RECOVERING;
  private volatile long epoch;
  private volatile int leader = NodeMetadata.NONE;
  private volatile boolean leadsAlone;
  private volatile long leaseEndNanos = NO_LEASE;
  private volatile boolean holdsShard;
  private volatile boolean lacksInSync;
  private volatile List<Integer> isr = List.of();
  private volatile List<Follower> followers = List.of();
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

  /** Newest epoch that it knows. */
  public long epoch() {
    return epoch;
  }

  /** Node that leads the shard, as far as known; {@link NodeMetadata#NONE} when nobody does. */
  public int leader() {
    return leader;
  }

  /** Nodes of the in-sync replicas as agreed, as far as known. */
  public List<Integer> isr() {
    return isr;
  }

  /** On a leader: the others, as they were at the last tick. */
  public List<Follower> followers() {
    return followers;
  }

  public long logEndOffset() {
    return logEndOffset;
  }

  public long durableEndOffset() {
    return durableEndOffset;
  }

  /**
   * Everything below it is committed. It never goes back while the process lives: the offset to
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
   * Whether this replica may answer a STRONG read without asking anyone: it leads, and nobody else
   * is in sync or about to be, so that nobody else can be elected. True at one moment after the
   * read came is enough.
   */
  public boolean leadsAlone() {
    return leadsAlone;
  }

  /**
   * Whether this replica may answer a STRONG read without asking anyone, because nobody else
   * confirms anything yet. To be asked after the read has looked, never before.
   *
   * @param clock the one that the ticks tell, in nanoseconds; not read when there is no lease
   */
  public boolean hasLease(LongSupplier clock) {
    long end = leaseEndNanos;
    return end != NO_LEASE && clock.getAsLong() - end < 0;
  }

  /** Whether it leads and has fewer in-sync replicas than a STRONG write needs. */
  public boolean lacksInSync() {
    return lacksInSync;
  }

  /** Whether it is agreed that this node holds the shard; a learner does not yet. */
  public boolean holdsShard() {
    return holdsShard;
  }

  /**
   * Why a read cannot be answered here, or null: a STRONG one is the leader's, an EVENTUAL one is
   * for whoever holds the shard. What a STRONG read may show is for {@link ReadBarrier} to say.
   */
  public WriteResult.@Nullable Refusal readRefusalOrNull(Consistency level) {
    boolean strong = level == Consistency.STRONG;
    return switch (role) {
      case RECOVERING, REBUILDING, HALTED -> WriteResult.Refusal.NOT_SERVING;
      case FOLLOWER -> strong || !holdsShard ? WriteResult.Refusal.NOT_LEADER : null;
      case OPENING_EPOCH, LEADER -> null;
    };
  }

  void role(Role value) {
    Invariant.check(role.mayBecome(value), "illegal role change; from, to", role, value);
    role = value;
  }

  void epoch(long value) {
    Invariant.check(value >= epoch, "I7: the epoch never falls; new, old", value, epoch);
    epoch = value;
  }

  void leader(int value) {
    leader = value;
  }

  void holdsShard(boolean value) {
    holdsShard = value;
  }

  void lacksInSync(boolean value) {
    lacksInSync = value;
  }

  void leadsAlone(boolean value) {
    leadsAlone = value;
  }

  void leaseUntil(long endNanos) {
    leaseEndNanos = endNanos;
  }

  void noLease() {
    leaseEndNanos = NO_LEASE;
  }

  void isr(List<Integer> value) {
    isr = value;
  }

  void followers(List<Follower> value) {
    followers = value;
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
