package io.cairn.benchmarks.compare;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A table of Markdown that compares rounds of JMH with two builds. */
public final class ComparisonReport {
  private final Map<String, Comparison> comparisons = new LinkedHashMap<>();
  private final Set<String> onlyInBase;
  private final Set<String> onlyInHead;
  private final int rounds;

  /**
   * @param base what JMH wrote with {@code -rf json}, a text for each round
   * @param head the same of the other build, in the order of the same rounds
   * @throws IllegalArgumentException when there is not one of each for every round, or JMH measured
   *     other benchmarks in one round than in another
   */
  public ComparisonReport(List<String> base, List<String> head) {
    if (base.isEmpty() || base.size() != head.size()) {
      throw new IllegalArgumentException(
          "a report needs as many results of the base as of the head, not "
              + base.size()
              + " and "
              + head.size());
    }
    rounds = base.size();
    Map<String, List<Score>> baseScores = byBenchmark(base);
    Map<String, List<Score>> headScores = byBenchmark(head);
    onlyInBase = without(baseScores.keySet(), headScores.keySet());
    onlyInHead = without(headScores.keySet(), baseScores.keySet());
    baseScores.forEach(
        (benchmark, scores) -> {
          List<Score> others = headScores.get(benchmark);
          if (others != null) {
            comparisons.put(benchmark, new Comparison(scores, others));
          }
        });
  }

  /** The report of files that hold the results. */
  public static ComparisonReport ofFiles(List<Path> base, List<Path> head) throws IOException {
    return new ComparisonReport(read(base), read(head));
  }

  private static List<String> read(List<Path> files) throws IOException {
    List<String> texts = new ArrayList<>();
    for (Path file : files) {
      texts.add(Files.readString(file));
    }
    return texts;
  }

  private static Map<String, List<Score>> byBenchmark(List<String> results) {
    Map<String, List<Score>> scores = new LinkedHashMap<>();
    for (String result : results) {
      Score.parseAll(result)
          .forEach(
              (benchmark, score) ->
                  scores.computeIfAbsent(benchmark, name -> new ArrayList<>()).add(score));
    }
    scores.forEach(
        (benchmark, each) -> {
          if (each.size() != results.size()) {
            throw new IllegalArgumentException(
                benchmark + " was not measured in every round of the same build");
          }
        });
    return scores;
  }

  private static Set<String> without(Collection<String> names, Collection<String> others) {
    Set<String> rest = new LinkedHashSet<>(names);
    rest.removeAll(others);
    return rest;
  }

  /** Prints the table, and below it what it leaves out. */
  public void print(PrintStream out) {
    out.println(
        "| benchmark | base | head | unit | ratio | of "
            + rounds
            + " rounds | bytes, base | bytes, head | moved |");
    out.println("|---|---:|---:|---|---:|---|---:|---:|---|");
    comparisons.forEach((benchmark, comparison) -> out.println(row(benchmark, comparison)));
    onlyInBase.forEach(name -> out.println("\nOnly the base has " + name + "."));
    onlyInHead.forEach(name -> out.println("\nOnly the head has " + name + "."));
    if (rounds < Comparison.ROUNDS_TO_JUDGE) {
      out.println(
          "\nToo few rounds to tell what moved: it takes " + Comparison.ROUNDS_TO_JUDGE + ".");
    }
  }

  private static String row(String benchmark, Comparison comparison) {
    List<Double> ratios = comparison.ratios();
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %s | %.2f | %.2f to %.2f | %s | %s | %s |",
        benchmark,
        number(comparison.baseMedian()),
        number(comparison.headMedian()),
        comparison.head().get(0).unit(),
        comparison.ratio(),
        Collections.min(ratios),
        Collections.max(ratios),
        number(comparison.baseBytes()),
        number(comparison.headBytes()),
        String.join(", ", comparison.verdicts()));
  }

  private static String number(double number) {
    if (Double.isNaN(number)) {
      return "-";
    }
    return String.format(Locale.ROOT, number < 100 ? "%.2f" : "%,.0f", number);
  }
}
