package io.cairn.benchmarks;

import io.cairn.benchmarks.ycsb.Phase;
import io.cairn.benchmarks.ycsb.PhaseResult;
import io.cairn.benchmarks.ycsb.ResultTable;
import io.cairn.benchmarks.ycsb.YcsbRun;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * {@code ycsb}: runs workloads of YCSB against the nodes that it is given, or against nodes that it
 * starts for itself in a temporary directory.
 */
final class YcsbCommand {
  static final String USAGE =
      """
             java -jar benchmarks.jar ycsb PHASE... [OPTION...]
                                                       run phases of YCSB: load, reload (deletes the records first), the
                                                       workloads a to f, or all of them in the order that YCSB advises
                 --endpoints HOST:PORT,...  the nodes; without: it starts some of its own, and loads first
                 --nodes N                  how many it starts; default 1
                 --consistency LEVEL        strong (the default) or eventual
                 --records N                default 100000
                 --operations N             of each workload; default 100000
                 --threads N                default 64
                 -p NAME=VALUE              any property of YCSB or of the binding
      """;

  private static final long CLEAN_UP_SECONDS = 20;

  private static final Map<String, String> PROPERTY_OF_OPTION =
      Map.of(
          "--endpoints", "cairn.endpoints",
          "--consistency", "cairn.consistency",
          "--records", "recordcount",
          "--operations", "operationcount",
          "--threads", "threadcount");

  private final List<Phase> phases = new ArrayList<>();
  private final Map<String, String> properties = new LinkedHashMap<>();
  private int nodes = 1;

  /** Arguments that cannot be understood. */
  static final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
      super(message);
    }
  }

  YcsbCommand(List<String> arguments) throws UsageException {
    properties.put("recordcount", "100000");
    properties.put("operationcount", "100000");
    properties.put("threadcount", "64");
    Iterator<String> words = arguments.iterator();
    while (words.hasNext()) {
      String word = words.next();
      String property = PROPERTY_OF_OPTION.get(word);
      if (property != null) {
        properties.put(property, next(words, word));
      } else if (word.equals("--nodes")) {
        nodes = number(next(words, word), word);
      } else if (word.equals("-p")) {
        String[] pair = next(words, word).split("=", 2);
        if (pair.length != 2) {
          throw new UsageException("-p needs NAME=VALUE, not '" + pair[0] + "'");
        }
        properties.put(pair[0], pair[1]);
      } else {
        addPhases(word);
      }
    }
    if (phases.isEmpty()) {
      throw new UsageException("ycsb needs at least one phase, such as 'all'");
    }
    if (!isGivenNodes() && !phases.get(0).loads()) {
      phases.add(0, Phase.LOAD);
    }
  }

  private void addPhases(String word) throws UsageException {
    List<Phase> named = Phase.parse(word);
    if (named.isEmpty()) {
      throw new UsageException("'" + word + "' is neither a phase nor an option of ycsb");
    }
    phases.addAll(named);
  }

  private static int number(String text, String option) throws UsageException {
    if (!text.matches("[1-9][0-9]{0,2}")) {
      throw new UsageException(option + " needs a number from 1 to 999, not '" + text + "'");
    }
    return Integer.parseInt(text);
  }

  private static String next(Iterator<String> words, String option) throws UsageException {
    if (!words.hasNext()) {
      throw new UsageException(option + " needs a value");
    }
    return words.next();
  }

  private boolean isGivenNodes() {
    return properties.containsKey("cairn.endpoints");
  }

  /** What it will run, in this order. */
  List<Phase> phases() {
    return List.copyOf(phases);
  }

  /**
   * When this process is told to end, those that it has started end first, and its files go.
   *
   * @return whether every operation succeeded
   */
  boolean run(PrintStream out) throws Exception {
    Thread runner = Thread.currentThread();
    CountDownLatch done = new CountDownLatch(1);
    Thread cleaner = new Thread(() -> interruptUnlessDone(runner, done), "ycsb-clean-up");
    Runtime.getRuntime().addShutdownHook(cleaner);
    try {
      return runOnNodes(out);
    } finally {
      done.countDown();
    }
  }

  private static void interruptUnlessDone(Thread runner, CountDownLatch done) {
    if (done.getCount() > 0) {
      runner.interrupt();
      try {
        if (!done.await(CLEAN_UP_SECONDS, TimeUnit.SECONDS)) {
          System.err.println("gave up waiting for the processes that ycsb has started");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean runOnNodes(PrintStream out) throws Exception {
    if (isGivenNodes()) {
      return runPhases(out);
    }
    System.err.println("nodes of its own: " + nodes + ", each in a process, on this machine");
    try (LocalCluster cluster = LocalCluster.start(nodes, true)) {
      properties.put("cairn.endpoints", "127.0.0.1:" + cluster.leaderPort());
      return runPhases(out);
    }
  }

  private boolean runPhases(PrintStream out) throws Exception {
    boolean allSucceeded = true;
    try (TemporaryDirectory directory = new TemporaryDirectory()) {
      Path files = Files.createDirectory(directory.resolve("ycsb"));
      YcsbRun run = new YcsbRun(files, JvmFlags.read(), properties);
      ResultTable table = new ResultTable(out);
      table.printHead();
      for (Phase phase : phases) {
        PhaseResult result = run.run(phase);
        table.print(phase, result);
        allSucceeded &= result.failures().isEmpty();
      }
    }
    return allSucceeded;
  }
}
