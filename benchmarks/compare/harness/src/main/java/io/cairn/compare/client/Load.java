package io.cairn.compare.client;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** What is done to a store: all keys put once, or one operation over and over for a time. */
final class Load {
  private static final int FILL_LANES = 256;
  private static final long HIGHEST_NANOS = 60_000_000_000L;
  private static final int DIGITS = 3;

  private Load() {}

  /**
   * Puts each key once.
   *
   * @throws IllegalStateException when one could not be put
   */
  static void fill(Call put, Dataset data) throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    Lanes lanes =
        new Lanes(
            FILL_LANES,
            put,
            data,
            () -> {
              int index = next.getAndIncrement();
              return index < data.size() ? index : -1;
            },
            recorder());
    lanes.start();
    lanes.awaitEnd();
    if (lanes.failures() > 0) {
      throw new IllegalStateException(
          lanes.failures() + " keys could not be put", lanes.firstFailureOrNull());
    }
  }

  /**
   * Carries out operations on random keys.
   *
   * @param onWindow runs when the warm-up ends and the window begins
   */
  static Measured measure(
      Call call,
      Dataset data,
      int inFlight,
      long warmUpMillis,
      long windowMillis,
      Runnable onWindow)
      throws InterruptedException {
    Stop stop = new Stop();
    Recorder latencies = recorder();
    Lanes lanes =
        new Lanes(
            inFlight,
            call,
            data,
            () -> stop.asked ? -1 : ThreadLocalRandom.current().nextInt(data.size()),
            latencies);
    lanes.start();
    Thread.sleep(warmUpMillis);
    onWindow.run();
    latencies.getIntervalHistogram();
    long started = System.nanoTime();
    Thread.sleep(windowMillis);
    Histogram window = latencies.getIntervalHistogram();
    double seconds = (System.nanoTime() - started) / 1e9;
    stop.asked = true;
    lanes.awaitEnd();
    Throwable failure = lanes.firstFailureOrNull();
    if (failure != null) {
      System.err.println("first of " + lanes.failures() + " failures: " + failure);
    }
    return new Measured(
        window.getTotalCount(),
        seconds,
        window.getValueAtPercentile(50) / 1e3,
        window.getValueAtPercentile(99) / 1e3,
        lanes.failures());
  }

  private static Recorder recorder() {
    return new Recorder(HIGHEST_NANOS, DIGITS);
  }

  private static final class Stop {
    private volatile boolean asked;
  }
}
