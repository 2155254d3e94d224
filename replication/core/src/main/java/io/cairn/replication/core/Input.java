package io.cairn.replication.core;

import java.util.List;

/** What can happen to a replica. */
public sealed interface Input {

  /**
   * While recovering: the next record of the log, in order, durable and (with one replica)
   * committed. Begins at the record that holds {@link Replica#recoverFromOffset}: at the applied
   * offset or before, so that the retry window can be filled.
   */
  record Recovered(LogRecord record) implements Input {}

  /**
   * The replica leads its shard from now on, in an epoch that is newer than every one it has seen.
   */
  record Lead(long epoch, long nowMillis) implements Input {}

  /**
   * Writes that ask to be ordered, in their order. Together they become as few records as the
   * limits allow.
   *
   * @param nowMillis the leader's wall clock; stamped on the records, never used to decide anything
   */
  record Propose(List<Proposal> proposals, long nowMillis) implements Input {}

  /** Everything below this offset is on this replica's disk. */
  record LogDurable(long durableEndOffset) implements Input {}

  /** Everything below this offset is in the store. */
  record Applied(long appliedOffset) implements Input {}

  /** Everything below this offset is in the store's files, so that the log may forget it. */
  record Flushed(long flushedOffset) implements Input {}

  /** A read that must wait for something. */
  record Read(ReadBarrier barrier) implements Input {}

  record LogSpaceChanged(LogSpace space) implements Input {}

  /**
   * The log or the store failed in a way that cannot be made good: nothing is acknowledged from
   * here on.
   */
  record DiskFailed(String reason) implements Input {}

  /** No new writes; those under way are finished. */
  record Drain() implements Input {}
}
