package io.cairn.replication.core;

/**
 * A write that asks to be ordered.
 *
 * @param operation encoded by {@link Operation}; its write id, if any, is the one below
 * @param consistency when it is to be confirmed
 * @param clientId {@link Operation#NO_CLIENT} when the write cannot be recognised when sent again
 * @param sequence of the write within its client
 * @param seenOffset a high watermark of this shard that the client had seen before it first sent
 *     the write: an earlier attempt, if there was one, lies at or behind it. A log end would not
 *     do, because a crash can take it back. Meaningless without a client id.
 * @param firstAttempt whether the client has never sent this write before
 * @param context what the caller needs to find its way back; the core never looks at it
 */
public record Proposal(
    byte[] operation,
    Consistency consistency,
    long clientId,
    long sequence,
    long seenOffset,
    boolean firstAttempt,
    Object context) {

  public boolean isDelete() {
    return Operation.isDelete(operation);
  }

  /** What it adds to the bytes that {@link ReplicaOptions#maxUnappliedBytes} limits. */
  long chargedBytes() {
    return (long) operation.length + ReplicaOptions.OPERATION_OVERHEAD_BYTES;
  }
}
