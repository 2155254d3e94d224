package io.cairn.benchmarks.compare;

import java.util.Arrays;
import java.util.List;

/** Of a few numbers, of which some were measured while the machine did something else. */
final class Statistics {
  private Statistics() {}

  /** The mean of the two in the middle when their number is even. */
  static double median(List<Double> numbers) {
    double[] sorted = numbers.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("no numbers have no median");
    }
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** From the smallest to the largest. */
  static double range(List<Double> numbers) {
    double[] sorted = numbers.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length - 1] - sorted[0];
  }
}
