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
 * A broken one is measured again, both sides, up to three times in all: other work on the machine
 * makes single measurements wrong. So is one that is far better than its baseline, for then it is
 * the baseline that was measured wrong, and nothing was shown.
 */
final class BudgetCheck {

  /** Measures a benchmark. */
  interface Measurer {
    Measurement measure(String benchmark) throws Exception;
  }

  /** So often a budget is broken before it counts. */
  static final int MEASUREMENTS = 3;

  private static final String ROW = "%-46s %12s %10s %12s %10s %10s  %s%n";

  private final Measurer measurer;
  private final PrintStream out;
  private final int measurements;

  /**
   * @param measurements how often in all, at most, a budget is measured that is broken
   */
  BudgetCheck(Measurer measurer, PrintStream out, int measurements) {
    this.measurer = measurer;
    this.out = out;
    this.measurements = measurements;
  }

  /**
   * @return whether all budgets are kept
   */
  boolean run(List<Budget> budgets) throws Exception {
    out.printf(ROW, "benchmark", "time", "allocated", "baseline", "actual", "budget", "");
    Round round = measure(budgets);
    for (int i = 1; i < measurements && !round.again.isEmpty(); i++) {
      out.println("again, what was over its budget or too good to be true:");
      round = measure(round.again);
    }
    int broken = round.broken;
    out.println(
        broken == 0
            ? budgets.size() + " budgets kept"
            : broken
                + " of "
                + budgets.size()
                + " budgets BROKEN, measured "
                + (measurements == 1 ? "once" : measurements + " times"));
    return broken == 0;
  }

  /**
   * @param again what is worth another measurement
   */
  private record Round(List<Budget> again, int broken) {}

  private Round measure(List<Budget> budgets) throws Exception {
    Map<String, Measurement> known = new HashMap<>();
    List<Budget> again = new ArrayList<>();
    int broken = 0;
    for (List<Budget> ofOneSubject : bySubject(budgets)) {
      for (Budget budget : ofOneSubject) {
        Measurement baseline =
            budget.baseline() == null ? null : measureOnce(budget.baseline(), known);
        Measurement subject = measureOnce(budget.subject(), known);
        Budget.Verdict verdict = budget.judge(subject, baseline);
        print(budget, subject, baseline, verdict);
        broken += verdict.kept() ? 0 : 1;
        if (!verdict.kept() || verdict.implausible()) {
          again.add(budget);
        }
      }
    }
    return new Round(again, broken);
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
        !verdict.kept() ? "BROKEN" : verdict.implausible() ? "too good" : "ok");
  }

  private static String format(double number, String unit) {
    return String.format(Locale.ROOT, number < 100 ? "%.2f %s" : "%.0f %s", number, unit);
  }
}
