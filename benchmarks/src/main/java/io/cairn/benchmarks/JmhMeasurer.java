package io.cairn.benchmarks;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Measures one benchmark at a time in a JVM of its own, for as long as its annotations say. */
final class JmhMeasurer implements BudgetCheck.Measurer {
  private static final String PACKAGE = JmhMeasurer.class.getPackageName();
  private static final Pattern NAME =
      Pattern.compile("(?<method>\\w+\\.\\w+)(\\((?<parameters>\\w+=[^()]+)\\))?");

  @Override
  public Measurement measure(String benchmark) throws Exception {
    Matcher name = NAME.matcher(benchmark);
    if (!name.matches()) {
      throw new IllegalArgumentException(
          "not Class.method or Class.method(name=value,...): " + benchmark);
    }
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + Pattern.quote(PACKAGE + "." + name.group("method")) + "$")
            .mode(Mode.AverageTime)
            .timeUnit(TimeUnit.NANOSECONDS)
            .addProfiler(GCProfiler.class)
            .jvmArgsAppend(JvmFlags.read().toArray(new String[0]))
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true);
    if (name.group("parameters") != null) {
      for (String parameter : name.group("parameters").split(",", -1)) {
        String[] pair = parameter.split("=", 2);
        options.param(pair[0], pair[1]);
      }
    }
    Collection<RunResult> results = new Runner(options.build()).run();
    if (results.size() != 1) {
      throw new IllegalArgumentException(
          benchmark + " names " + results.size() + " benchmarks; it must name one");
    }
    return summarize(results.iterator().next());
  }

  private static Measurement summarize(RunResult result) {
    List<IterationResult> iterations =
        result.getBenchmarkResults().stream()
            .map(BenchmarkResult::getIterationResults)
            .flatMap(Collection::stream)
            .toList();
    return new Measurement(
        median(iterations, iteration -> iteration.getPrimaryResult().getScore()),
        median(iterations, JmhMeasurer::allocatedBytes));
  }

  private static double allocatedBytes(IterationResult iteration) {
    Result<?> bytes = iteration.getSecondaryResults().get("gc.alloc.rate.norm");
    if (bytes == null) {
      throw new IllegalStateException(
          "JMH measured no allocation: " + iteration.getSecondaryResults().keySet());
    }
    return bytes.getScore();
  }

  private static double median(
      List<IterationResult> iterations, ToDoubleFunction<IterationResult> score) {
    double[] sorted = iterations.stream().mapToDouble(score).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
