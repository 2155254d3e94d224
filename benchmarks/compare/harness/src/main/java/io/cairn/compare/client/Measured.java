package io.cairn.compare.client;

import java.util.Locale;

/**
 * What a client saw in the window of one measurement.
 *
 * @param operations that were answered in it
 * @param p50Micros of their latencies; so the others
 * @param failed operations since the load began, warm-up included
 */
public record Measured(
    long operations, double seconds, double p50Micros, double p99Micros, long failed) {

  /** Operations a second. */
  public double rate() {
    return operations / seconds;
  }

  /** One line, which {@link #parse} reads. */
  String toLine() {
    return String.format(
        Locale.ROOT, "%d %.6f %.3f %.3f %d", operations, seconds, p50Micros, p99Micros, failed);
  }

  /**
   * Reads it from a client's line.
   *
   * @throws IllegalArgumentException when the line is something else
   */
  public static Measured parse(String line) {
    String[] parts = line.strip().split(" ", -1);
    if (parts.length != 5) {
      throw new IllegalArgumentException("not a measurement: " + line);
    }
    return new Measured(
        Long.parseLong(parts[0]),
        Double.parseDouble(parts[1]),
        Double.parseDouble(parts[2]),
        Double.parseDouble(parts[3]),
        Long.parseLong(parts[4]));
  }
}
