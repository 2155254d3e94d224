package io.cairn.client;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Limits of one client.
 *
 * @param defaultLevel of calls that name none
 * @param requestTimeout longest wait for the answer to one attempt, and for each chunk of a scan
 * @param deadline longest time of a call with all its attempts
 * @param maxAttempts how often a request is sent at most
 * @param maxOutstanding calls under way at the same time; beyond it they fail at once
 * @param pipelining whether requests share a stream to each node
 */
record ClientOptions(
    ConsistencyLevel defaultLevel,
    Duration requestTimeout,
    Duration deadline,
    int maxAttempts,
    int maxOutstanding,
    boolean pipelining) {

  static final ClientOptions DEFAULTS =
      new ClientOptions(
          ConsistencyLevel.STRONG,
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          Integer.MAX_VALUE,
          10_000,
          true);

  /** A leader that hangs is left after it; a second is also the longest that a sync should take. */
  private static final long FIRST_ATTEMPT_NANOS = TimeUnit.SECONDS.toNanos(1);

  ClientOptions {
    positive("requestTimeout", requestTimeout);
    positive("deadline", deadline);
    positive("maxAttempts", maxAttempts);
    positive("maxOutstanding", maxOutstanding);
  }

  /**
   * How long to wait for the answer to an attempt of what may be sent again. It grows from attempt
   * to attempt, so that what always takes long is answered in the end.
   *
   * @param timeouts of earlier attempts
   */
  long attemptNanos(int timeouts) {
    return Math.min(requestTimeout.toNanos(), FIRST_ATTEMPT_NANOS << Math.min(timeouts, 16));
  }

  private static void positive(String name, Duration value) {
    if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          name + " must be more than zero and at most a day, not " + value);
    }
  }

  private static void positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, not " + value);
    }
  }
}
