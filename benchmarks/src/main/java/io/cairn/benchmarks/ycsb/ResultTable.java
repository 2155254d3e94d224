package io.cairn.benchmarks.ycsb;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;

/** Prints the results of phases, a row for each kind of operation, as a table of Markdown. */
public final class ResultTable {
  private final PrintStream out;

  public ResultTable(PrintStream out) {
    this.out = out;
  }

  public void printHead() {
    print("workload", "operation", "operations", "ops/s", "p50 us", "p95 us", "p99 us");
    print("---", "---", "---:", "---:", "---:", "---:", "---:");
  }

  public void print(Phase phase, PhaseResult result) {
    long count = Math.round(result.throughput() * result.runtimeMillis() / 1000);
    print(
        phase.label(), "all", grouped(count), grouped(Math.round(result.throughput())), "", "", "");
    for (PhaseResult.OperationResult each : result.operations()) {
      print(
          "",
          each.name(),
          grouped(each.count()),
          grouped(each.count() * 1000 / Math.max(1, result.runtimeMillis())),
          grouped(each.p50()),
          grouped(each.p95()),
          grouped(each.p99()));
    }
    for (Map.Entry<String, Long> failure : result.failures().entrySet()) {
      print("", "FAILED", grouped(failure.getValue()), failure.getKey(), "", "", "");
    }
  }

  private void print(Object... cells) {
    out.printf(Locale.ROOT, "| %-8s | %-17s | %11s | %9s | %9s | %9s | %9s |%n", cells);
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
