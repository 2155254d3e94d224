package io.cairn.api;

import io.cairn.v1.PipelineOperation;

/** What both ends of a pipelined stream count alike. */
public final class Pipelining {

  /** What may be unanswered before the node has told its limit. */
  public static final long INITIAL_UNANSWERED_BYTES = 64 << 10;

  /** What an operation takes besides its bytes, about: a place in tables and queues. */
  private static final int OPERATION_BYTES = 128;

  private Pipelining() {}

  /** What an operation counts with while it is not answered. */
  public static long bytesOf(PipelineOperation operation) {
    return (long) operation.getSerializedSize() + OPERATION_BYTES;
  }
}
