package io.cairn.benchmarks;

import io.cairn.benchmarks.compare.ComparisonReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import site.ycsb.DBException;

/**
 * What {@code java -jar benchmarks.jar} runs: the budgets, the long set, YCSB, JMH with options of
 * its own, or the report that compares two builds. All forks get the JVM flags that the libraries
 * need.
 */
public final class Main {
  private static final String USAGE =
      """
      usage: java -jar benchmarks.jar budgets [NAME]   measure the guarded set (or the benchmarks whose name holds NAME)
                                                       and fail when a budget of budgets.txt is broken
             java -jar benchmarks.jar long [REGEX]     measure all benchmarks (or those that match) for long
             java -jar benchmarks.jar jmh [OPTION...]  run JMH itself; -h lists its options
             java -jar benchmarks.jar report BASE.json... -- HEAD.json...
                                                       compare what JMH wrote with -rf json of two builds, round by round
      """
          + YcsbCommand.USAGE;

  private Main() {}

  /**
   * Exits with 1 when a budget is broken or an operation of YCSB failed, and with 2 when it could
   * not measure.
   */
  @SuppressWarnings("CatchAndPrintStackTrace") // The end of the program: what else could it do?
  public static void main(String[] args) {
    int exitCode = 2;
    try {
      exitCode = run(List.of(args));
    } catch (Exception e) {
      e.printStackTrace();
    }
    System.exit(exitCode);
  }

  private static int run(List<String> args) throws Exception {
    String command = args.isEmpty() ? "" : args.get(0);
    List<String> rest = args.subList(Math.min(1, args.size()), args.size());
    if (command.equals("jmh")) {
      org.openjdk.jmh.Main.main(JvmFlags.asJmhOptions(rest).toArray(new String[0]));
      return 0;
    }
    if (rest.size() <= 1 && command.equals("budgets")) {
      List<Budget> budgets = readBudgets(rest.isEmpty() ? "" : rest.get(0));
      // What is planted stays as slow as it is however often it is measured.
      int measurements = Planted.Kind.asked() == Planted.Kind.NONE ? BudgetCheck.MEASUREMENTS : 1;
      return new BudgetCheck(new JmhMeasurer(), System.out, measurements).run(budgets) ? 0 : 1;
    }
    if (rest.size() <= 1 && command.equals("long")) {
      runLong(rest.isEmpty() ? ".*" : rest.get(0));
      return 0;
    }
    if (command.equals("ycsb")) {
      return runYcsb(rest);
    }
    int separator = rest.indexOf("--");
    if (command.equals("report") && separator >= 0) {
      ComparisonReport.ofFiles(
              paths(rest.subList(0, separator)), paths(rest.subList(separator + 1, rest.size())))
          .print(System.out);
      return 0;
    }
    System.err.print(USAGE);
    return 2;
  }

  private static List<Budget> readBudgets(String part) throws IOException {
    List<Budget> budgets =
        Budget.parseAll(Resources.read("budgets.txt")).stream()
            .filter(budget -> budget.subject().contains(part))
            .toList();
    if (budgets.isEmpty()) {
      throw new IllegalArgumentException("no budget is about a benchmark named '" + part + "'");
    }
    return budgets;
  }

  private static List<Path> paths(List<String> names) {
    return names.stream().map(Path::of).toList();
  }

  private static int runYcsb(List<String> args) throws Exception {
    JvmFlags.setProperties();
    try {
      return new YcsbCommand(args).run(System.out) ? 0 : 1;
    } catch (YcsbCommand.UsageException | DBException e) {
      System.err.println(e.getMessage());
      return 2;
    }
  }

  private static void runLong(String regex)
      throws IOException, RunnerException, CommandLineOptionException {
    new Runner(
            new OptionsBuilder()
                .parent(new CommandLineOptions())
                .include(regex)
                .forks(3)
                .warmupIterations(5)
                .warmupTime(TimeValue.seconds(2))
                .measurementIterations(5)
                .measurementTime(TimeValue.seconds(2))
                .addProfiler(GCProfiler.class)
                .jvmArgsAppend(JvmFlags.read().toArray(new String[0]))
                .build())
        .run();
  }
}
