package io.cairn.replication.core;

import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.ProcessId;
import java.util.List;

/** What can happen to a replica. */
public sealed interface Input {

  /**
   * While recovering: the next record of the log, in order and durable. Begins at the record that
   * holds {@link Replica#recoverFromOffset}: at the applied offset or before, so that the retry
   * window can be filled.
   */
  record Recovered(LogRecord record) implements Input {}

  /**
   * The cluster has agreed on this; versions may be skipped, and come again.
   *
   * @param nowMillis wall clock, as in {@link Propose}
   */
  record MetadataChanged(ClusterMetadata metadata, long nowMillis) implements Input {}

  /**
   * Writes that ask to be ordered, in their order. Together they become as few records as the
   * limits allow.
   *
   * @param nowMillis the leader's wall clock; stamped on the records, never used to decide anything
   */
  record Propose(List<Proposal> proposals, long nowMillis) implements Input {}

  /**
   * Reads that must wait for something. What they ask the other replicas is asked once for all of
   * them.
   */
  record Read(List<ReadBarrier> barriers) implements Input {}

  /**
   * Everything below this offset is on this replica's disk.
   *
   * @param cuts how many {@link Effect.CutLog} had been carried out then: an end of before a cut
   *     says nothing of the log after it
   * @param logStartOffset first offset that the log keeps
   */
  record LogDurable(int cuts, long durableEndOffset, long logStartOffset) implements Input {}

  /** Everything below this offset is in the store. */
  record Applied(long appliedOffset) implements Input {}

  /** Everything below this offset is in the store's files, so that the log may forget it. */
  record Flushed(long flushedOffset) implements Input {}

  record LogSpaceChanged(LogSpace space) implements Input {}

  /**
   * What was asked for by {@link Effect.ReadLog}.
   *
   * @param records that follow each other, the first being the one that begins at the offset asked
   *     for; empty when the log does not have it any more
   */
  record LogRead(ProcessId to, long fromOffset, List<LogRecord> records) implements Input {}

  /** Messages can be sent to this process from now on. */
  record PeerConnected(ProcessId peer) implements Input {}

  /** The connection to or from this process is gone. */
  record PeerDisconnected(ProcessId peer) implements Input {}

  record Received(ProcessId from, PeerMessage message) implements Input {}

  /**
   * Time goes on by one step.
   *
   * @param nowNanos of a clock that never goes back, read when this is given to the replica: leases
   *     rest on it, and on nothing else. Two nodes' clocks may start anywhere, but must not differ
   *     in their speed by more than an eighth
   */
  record Tick(long nowNanos) implements Input {}

  /**
   * The log or the store failed in a way that cannot be made good: nothing is acknowledged from
   * here on.
   */
  record DiskFailed(String reason) implements Input {}

  /** No new writes; those under way are finished. */
  record Drain() implements Input {}
}
