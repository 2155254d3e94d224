package io.cairn.node.service;

import io.cairn.api.FailureStatus;

/**
 * Who waits for the answer to one request: by a call of its own, or on a pipelined stream. It is
 * told once; what comes later is dropped. Any thread.
 */
interface Caller<R> {

  /** The request has succeeded. How long that took is counted just before the answer leaves. */
  void answer(R response);

  void fail(FailureStatus status);

  /** When the request came, by {@link System#nanoTime}. */
  long arrivedNanos();

  /** Whether nobody waits any more. */
  boolean isGone();

  /**
   * Runs a task when the answer has left, or nobody waits for it any more; perhaps in both cases.
   * To be asked for before anything that may answer.
   */
  void whenEnded(Runnable task);

  /**
   * Lets go what has been answered. Answers that become known together are given first and then
   * flushed, so that they leave together. Whoever answers on another thread than the one that
   * brought the request flushes.
   */
  void flush();
}
