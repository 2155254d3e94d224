package io.cairn.replication.core;

import io.cairn.replication.core.metadata.IsrChange;
import io.cairn.replication.core.metadata.ProcessId;
import java.util.List;

/** What a replica asks its surroundings to do. Effects are carried out in their order. */
public sealed interface Effect {

  /** Log: append, then report {@link Input.LogDurable} once it is forced to disk. */
  record Append(LogRecord record) implements Effect {}

  /**
   * Log: cut off everything from this offset on, which was never committed, then report {@link
   * Input.LogDurable}.
   *
   * @param lost what is cut off and was not yet forgotten, oldest first: some of it may have been
   *     confirmed as EVENTUAL
   */
  record CutLog(long endOffset, List<LogRecord> lost) implements Effect {}

  /**
   * Store: apply a committed record, then report {@link Input.Applied}. Comes in the order of the
   * log.
   */
  record Apply(LogRecord record) implements Effect {}

  /** Log: nothing below this offset is needed any more by this replica. */
  record TrimLog(long beforeOffset) implements Effect {}

  /** Network: send, or drop when there is no connection. */
  record Send(ProcessId to, PeerMessage message) implements Effect {}

  /**
   * Log: read records from this offset on, as many as the bytes hold and at least one, and report
   * {@link Input.LogRead}. Not urgent; at most one for each peer at the same time, and one for the
   * replica itself.
   */
  record ReadLog(ProcessId to, long fromOffset, int maxBytes) implements Effect {}

  /** Metadata: propose it. No answer is needed, the replica looks at what comes of it. */
  record ProposeIsr(IsrChange.AlterIsr change) implements Effect {}

  /**
   * This replica is of no use until log and store are replaced by a snapshot of another in-sync
   * replica; it takes no further part. The next one is built on what was installed.
   *
   * @param lost what it has and does not know to be committed, oldest first: some of it may have
   *     been confirmed as EVENTUAL
   */
  record Rebuild(String reason, List<LogRecord> lost) implements Effect {}

  /**
   * What was cut off has been offered to the leader: tell what became of it.
   *
   * @param placed became writes of the leader, which are committed
   * @param superseded something newer has changed their keys
   * @param outOfReach nobody can tell any more whether something newer has
   */
  record OfferSettled(
      List<OfferedWrite> placed, List<OfferedWrite> superseded, List<OfferedWrite> outOfReach)
      implements Effect {}

  record CompleteWrite(Proposal proposal, WriteResult result) implements Effect {}

  /** The read may answer with what it saw (COMMITTED) or may look at the store now (APPLIED). */
  record CompleteRead(ReadBarrier barrier) implements Effect {}

  /** The read will never be able to answer here. */
  record FailRead(ReadBarrier barrier, WriteResult.Refusal reason) implements Effect {}

  /** Stop the node. */
  record Halt(String reason) implements Effect {}
}
