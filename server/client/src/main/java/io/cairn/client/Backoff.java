package io.cairn.client;

import java.util.concurrent.TimeUnit;

/** How long to wait before a request is sent again. */
final class Backoff {

  private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long LARGEST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private Backoff() {}

  /**
   * Doubles from 10 ms to 1 s, less a random part of up to half of it so that clients do not come
   * back in step, and never less than the node asked for.
   *
   * @param round 0 after the first time that every endpoint was tried
   * @param askedNanos RetryInfo of the node
   * @param random from 0 to below 1
   */
  static long delayNanos(int round, long askedNanos, double random) {
    long ceiling = Math.min(LARGEST_NANOS, FIRST_NANOS << Math.min(round, 20));
    // Jitter goes on top of what the node asked for: all its clients were told the same number.
    return (long) (ceiling * (1 - random / 2)) + Math.max(0, askedNanos);
  }
}
