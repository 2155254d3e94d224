package io.cairn.benchmarks.ycsb;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What YCSB measured in a phase.
 *
 * @param runtimeMillis from the start of the first thread to the end of the last
 * @param throughput operations a second, as YCSB counts them: a read-modify-write is one
 * @param operations those that succeeded, by kind; a read-modify-write is a kind of its own, and
 *     its read and its update count as such too
 * @param failures how many operations ended with a status other than OK, by "operation status"
 */
public record PhaseResult(
    long runtimeMillis,
    double throughput,
    List<OperationResult> operations,
    Map<String, Long> failures) {

  /** Latencies of one kind of operation, in microseconds. */
  public record OperationResult(String name, long count, long p50, long p95, long p99) {}

  private static final String FAILED = "-FAILED";
  private static final String STATUS = "Return=";

  /**
   * Reads what YCSB's text exporter wrote: lines of {@code [SECTION], metric, number}.
   *
   * @throws IllegalArgumentException when it is something else, or no operation was measured
   */
  static PhaseResult parse(String exported) {
    Map<String, Map<String, Double>> sections = new LinkedHashMap<>();
    for (String line : exported.lines().toList()) {
      String[] parts = line.split(", ", -1);
      if (parts.length != 3 || !parts[0].startsWith("[") || !parts[0].endsWith("]")) {
        throw new IllegalArgumentException("not a measurement of YCSB: " + line);
      }
      sections
          .computeIfAbsent(
              parts[0].substring(1, parts[0].length() - 1), name -> new LinkedHashMap<>())
          .put(parts[1], Double.parseDouble(parts[2]));
    }
    List<OperationResult> operations = new ArrayList<>();
    Map<String, Long> failures = new TreeMap<>();
    sections.forEach((name, metrics) -> read(name, metrics, operations, failures));
    if (operations.isEmpty() && failures.isEmpty()) {
      throw new IllegalArgumentException("YCSB measured no operation.");
    }
    Map<String, Double> overall = sections.getOrDefault("OVERALL", Map.of());
    return new PhaseResult(
        (long) number(overall, "RunTime(ms)"),
        number(overall, "Throughput(ops/sec)"),
        operations,
        failures);
  }

  private static void read(
      String section,
      Map<String, Double> metrics,
      List<OperationResult> operations,
      Map<String, Long> failures) {
    boolean failed = section.endsWith(FAILED);
    String name = section.replace(FAILED, "").toLowerCase(Locale.ROOT);
    metrics.forEach(
        (metric, count) -> {
          if (metric.startsWith(STATUS) && !metric.equals(STATUS + "OK")) {
            String status = metric.substring(STATUS.length());
            failures.merge(name + " " + status, count.longValue(), Math::max);
          }
        });
    boolean measured = metrics.getOrDefault("Operations", 0.0) > 0;
    if (measured && !failed && !name.equals("cleanup")) {
      operations.add(
          new OperationResult(
              name,
              (long) number(metrics, "Operations"),
              (long) number(metrics, "50thPercentileLatency(us)"),
              (long) number(metrics, "95thPercentileLatency(us)"),
              (long) number(metrics, "99thPercentileLatency(us)")));
    }
  }

  private static double number(Map<String, Double> metrics, String name) {
    Double value = metrics.get(name);
    if (value == null) {
      throw new IllegalArgumentException("YCSB did not measure " + name + ".");
    }
    return value;
  }
}
