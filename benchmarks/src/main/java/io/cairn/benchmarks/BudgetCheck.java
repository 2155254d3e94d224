package io.cairn.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Measures what has a budget, baseline and subject side by side, and tells which budgets are kept.
 * A broken one is measured once more, both sides, before it counts: other work on the machine makes
 * single measurements wrong.
 */
final class BudgetCheck {

  /** Measures a benchmark. */
  interface Measurer {
    Measurement measure(String benchmark) throws Exception;
  }

  private static final String ROW = "%-46s %12s %10s %12s %10s %10s  %s%n";

  private final Measurer measurer;
  private final PrintStream out;

  BudgetCheck(Measurer measurer, PrintStream out) {
    this.measurer = measurer;
    this.out = out;
  }

  /**
   * @return whether all budgets are kept
   */
  boolean run(List<Budget> budgets) throws Exception {
    out.printf(ROW, "benchmark", "time", "allocated", "baseline", "actual", "budget", "");
    List<Budget> broken = measure(budgets);
    if (!broken.isEmpty()) {
      out.println("again, what was over its budget:");
      broken = measure(broken);
    }
    out.println(
        broken.isEmpty()
            ? budgets.size() + " budgets kept"
            : broken.size() + " of " + budgets.size() + " budgets BROKEN, measured twice");
    return broken.isEmpty();
  }

  private List<Budget> measure(List<Budget> budgets) throws Exception {
    Map<String, Measurement> known = new HashMap<>();
    List<Budget> broken = new ArrayList<>();
    for (List<Budget> ofOneSubject : bySubject(budgets)) {
      for (Budget budget : ofOneSubject) {
        Measurement baseline =
            budget.baseline() == null ? null : measureOnce(budget.baseline(), known);
        Measurement subject = measureOnce(budget.subject(), known);
        Budget.Verdict verdict = budget.judge(subject, baseline);
        print(budget, subject, baseline, verdict);
        if (!verdict.kept()) {
          broken.add(budget);
        }
      }
    }
    return broken;
  }

  /** The comparisons of a subject come first, so that its baseline is measured just before it. */
  private static Iterable<List<Budget>> bySubject(List<Budget> budgets) {
    Map<String, List<Budget>> groups = new LinkedHashMap<>();
    for (Budget budget : budgets) {
      List<Budget> group = groups.computeIfAbsent(budget.subject(), name -> new ArrayList<>());
      group.add(budget.baseline() == null ? group.size() : 0, budget);
    }
    return groups.values();
  }

  private Measurement measureOnce(String benchmark, Map<String, Measurement> known)
      throws Exception {
    Measurement measurement = known.get(benchmark);
    if (measurement == null) {
      measurement = measurer.measure(benchmark);
      known.put(benchmark, measurement);
    }
    return measurement;
  }

  private void print(
      Budget budget, Measurement subject, @Nullable Measurement baseline, Budget.Verdict verdict) {
    out.printf(
        ROW,
        budget.subject(),
        format(subject.nanos(), "ns"),
        format(subject.bytes(), "B"),
        baseline == null ? "-" : format(baseline.nanos(), "ns"),
        format(verdict.actual(), budget.unit()),
        format(budget.limit(), budget.unit()),
        verdict.kept() ? "ok" : "BROKEN");
  }

  private static String format(double number, String unit) {
    return String.format(Locale.ROOT, number < 100 ? "%.2f %s" : "%.0f %s", number, unit);
  }
}
