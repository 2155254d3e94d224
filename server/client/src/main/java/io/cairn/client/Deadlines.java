package io.cairn.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Ends the exchanges that are late: one task looks at all of them when the earliest deadline has
 * passed. A timer for each would cost as much as sending it. Thread-safe.
 *
 * <p>On the machine's own time, not the {@link Timer}'s, as gRPC's deadlines are.
 */
final class Deadlines {

  /** Of two looks. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final Supplier<? extends Iterable<? extends Waiting>> waiting;
  private final AtomicLong nextNanos = new AtomicLong(Long.MAX_VALUE);

  /** What has a deadline. */
  interface Waiting {

    /** On {@link System#nanoTime}. */
    long deadlineNanos();

    /** Whether it has ended, or been told that it is late. */
    boolean isOver();

    void onTimeout();
  }

  /**
   * @param waiting all that may be late; what is over may be among them
   */
  Deadlines(Supplier<? extends Iterable<? extends Waiting>> waiting) {
    this.waiting = waiting;
  }

  /** Has all looked at when this deadline passes; called once it is among what waits. */
  void watch(long deadlineNanos) {
    long planned = nextNanos.get();
    while (deadlineNanos < planned) {
      if (nextNanos.compareAndSet(planned, deadlineNanos)) {
        long pause = Math.max(PAUSE_NANOS, deadlineNanos - System.nanoTime());
        // On the common pool: the thread that waits is the whole JVM's, and users' code runs here.
        CompletableFuture.delayedExecutor(pause, TimeUnit.NANOSECONDS).execute(this::endLate);
        return;
      }
      planned = nextNanos.get();
    }
  }

  private void endLate() {
    nextNanos.set(Long.MAX_VALUE);
    long nowNanos = System.nanoTime();
    long earliest = Long.MAX_VALUE;
    for (Waiting each : waiting.get()) {
      if (each.isOver()) {
        continue;
      }
      if (each.deadlineNanos() - nowNanos <= 0) {
        each.onTimeout();
      } else {
        earliest = Math.min(earliest, each.deadlineNanos());
      }
    }
    watch(earliest);
  }
}
