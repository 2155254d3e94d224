package io.cairn.compare.client;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * A closed loop: a fixed number of operations under way, each lane starting its next one where the
 * one before it is answered, so that no thread of ours stands between answer and request.
 */
final class Lanes {
  /** A lane with so many failures ends, for a server that is gone fails fast. */
  private static final int MAX_FAILURES_OF_A_LANE = 100;

  private final int count;
  private final Call call;
  private final Dataset data;
  private final IntSupplier nextKey;
  private final Recorder latencies;
  private final CountDownLatch running;
  private final AtomicLong failures = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> firstFailure = new AtomicReference<>();

  /**
   * Makes them; nothing runs yet.
   *
   * @param nextKey the index of the next operation's key, negative when there is none left
   * @param latencies of the operations that succeeded, in nanoseconds
   */
  Lanes(int count, Call call, Dataset data, IntSupplier nextKey, Recorder latencies) {
    this.count = count;
    this.call = call;
    this.data = data;
    this.nextKey = nextKey;
    this.latencies = latencies;
    this.running = new CountDownLatch(count);
  }

  void start() {
    for (int i = 0; i < count; i++) {
      new Lane().next();
    }
  }

  /** Waits until no key is left and all is answered. */
  void awaitEnd() throws InterruptedException {
    running.await();
  }

  long failures() {
    return failures.get();
  }

  @Nullable Throwable firstFailureOrNull() {
    return firstFailure.get();
  }

  private final class Lane implements Answer {
    /**
     * Starts that are due. Whoever raises it from 0 does them all, so that an answer that comes
     * before {@code start} returns does not recurse.
     */
    private final AtomicInteger due = new AtomicInteger();

    private long startedNanos;
    private int failed;

    void next() {
      if (due.getAndIncrement() > 0) {
        return;
      }
      do {
        int index = failed < MAX_FAILURES_OF_A_LANE ? nextKey.getAsInt() : -1;
        if (index < 0) {
          running.countDown();
          return;
        }
        startedNanos = System.nanoTime();
        try {
          call.start(data.key(index), data.value(index), this);
        } catch (RuntimeException refused) {
          failed(refused);
        }
      } while (due.decrementAndGet() > 0);
    }

    @Override
    public void succeeded() {
      latencies.recordValue(System.nanoTime() - startedNanos);
      next();
    }

    @Override
    public void failed(Throwable cause) {
      failed++;
      failures.incrementAndGet();
      firstFailure.compareAndSet(null, cause);
      next();
    }
  }
}
