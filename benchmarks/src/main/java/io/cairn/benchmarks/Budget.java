package io.cairn.benchmarks;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What one operation may cost: a multiple of a baseline's time or a number of allocated bytes.
 *
 * @param subject benchmark that is guarded
 * @param baseline benchmark that it is compared with; null when the limit is in bytes
 */
record Budget(String subject, @Nullable String baseline, double limit) {

  /** No operation of ours is that much faster than the raw library: its measurement was slow. */
  private static final double IMPLAUSIBLE_RATIO = 0.4;

  /**
   * What a budget says of measurements.
   *
   * @param implausible whether the baseline was likely measured wrong
   */
  record Verdict(double actual, boolean kept, boolean implausible) {}

  Budget {
    if (!(limit > 0)) {
      throw new IllegalArgumentException("the limit of " + subject + " must be above 0: " + limit);
    }
  }

  static List<Budget> parseAll(String text) {
    return text.lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(Budget::parse)
        .toList();
  }

  private static Budget parse(String line) {
    List<String> words = List.of(line.strip().split("\\s+"));
    if (words.size() == 4 && words.get(0).equals("time")) {
      return new Budget(words.get(1), words.get(2), Double.parseDouble(words.get(3)));
    }
    if (words.size() == 3 && words.get(0).equals("bytes")) {
      return new Budget(words.get(1), null, Double.parseDouble(words.get(2)));
    }
    throw new IllegalArgumentException(
        "budgets.txt: neither 'time BENCHMARK BASELINE LIMIT' nor 'bytes BENCHMARK LIMIT': "
            + line);
  }

  /**
   * @param baselineMeasurement of {@link #baseline}; null when there is none
   */
  Verdict judge(Measurement measurement, @Nullable Measurement baselineMeasurement) {
    double actual =
        baselineMeasurement == null
            ? measurement.bytes()
            : measurement.nanos() / baselineMeasurement.nanos();
    // Written so that a NaN breaks the budget.
    return new Verdict(
        actual, actual <= limit, baselineMeasurement != null && actual < IMPLAUSIBLE_RATIO);
  }

  String unit() {
    return baseline == null ? "B/op" : "x";
  }

  String limitText() {
    return String.format(Locale.ROOT, "%.2f %s", limit, unit());
  }
}
