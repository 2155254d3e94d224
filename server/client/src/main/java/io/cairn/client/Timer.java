package io.cairn.client;

/** Time, as the retries see it; tests have their own. */
interface Timer extends AutoCloseable {

  /** Monotonic; only differences mean something. */
  long nanoTime();

  /** Runs a task once after a delay, on a thread of the timer. */
  void schedule(Runnable task, long delayNanos);

  /** Forgets what has not run yet. */
  @Override
  void close();
}
