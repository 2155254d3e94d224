package io.cairn.replication.core;

/** What a replica asks its surroundings to do. Effects are carried out in their order. */
public sealed interface Effect {

  /** Log: start a new segment for an epoch. */
  record BeginEpoch(long epoch) implements Effect {}

  /** Log: append, then report {@link Input.LogDurable} once it is forced to disk. */
  record Append(LogRecord record) implements Effect {}

  /**
   * Store: apply a committed record, then report {@link Input.Applied}. Comes in the order of the
   * log.
   */
  record Apply(LogRecord record) implements Effect {}

  /** Log: nothing below this offset is needed any more by this replica. */
  record TrimLog(long beforeOffset) implements Effect {}

  record CompleteWrite(Proposal proposal, WriteResult result) implements Effect {}

  /** The read may answer with what it saw (COMMITTED) or may look at the store now (APPLIED). */
  record CompleteRead(ReadBarrier barrier) implements Effect {}

  /** The read will never be able to answer here. */
  record FailRead(ReadBarrier barrier, WriteResult.Refusal reason) implements Effect {}

  /** Stop the node. */
  record Halt(String reason) implements Effect {}
}
