package io.cairn.compare.report;

import java.util.Collection;

/**
 * What several measurements of the same say.
 *
 * @param median of an even number: the mean of the middle two
 */
record Statistics(double min, double median, double max) {

  /**
   * Sums them up.
   *
   * @throws IllegalArgumentException when there are none
   */
  static Statistics of(Collection<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("no values");
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Statistics(sorted[0], median, sorted[sorted.length - 1]);
  }

  /** Half of the range between smallest and largest, in percent of the median. */
  double spreadPercent() {
    return median == 0 ? 0 : (max - min) / 2 / median * 100;
  }
}
