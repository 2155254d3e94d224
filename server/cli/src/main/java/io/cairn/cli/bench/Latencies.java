package io.cairn.cli.bench;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Times of which every percentile is known to three digits, from a microsecond to two days, in some
 * 250 KB however many they are. Not thread-safe.
 */
public final class Latencies {

  private static final long SMALLEST_NANOS = 1_000;
  private static final long LARGEST_NANOS = TimeUnit.DAYS.toNanos(2);

  private final Histogram histogram = new Histogram(SMALLEST_NANOS, LARGEST_NANOS, 3);

  void record(long nanos) {
    histogram.recordValue(Math.max(0, Math.min(nanos, LARGEST_NANOS)));
  }

  void add(Latencies others) {
    histogram.add(others.histogram);
  }

  public long count() {
    return histogram.getTotalCount();
  }

  /** 0 when there is none. */
  public long meanNanos() {
    return count() == 0 ? 0 : Math.round(histogram.getMean());
  }

  /**
   * The time that so many percent do not exceed; 0 when there is none.
   *
   * @param percent from 0 to 100
   */
  public long percentileNanos(double percent) {
    return count() == 0 ? 0 : histogram.getValueAtPercentile(percent);
  }

  /** 0 when there is none. */
  public long maxNanos() {
    return count() == 0 ? 0 : histogram.getMaxValue();
  }
}
