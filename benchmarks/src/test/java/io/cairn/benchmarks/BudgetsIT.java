package io.cairn.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs the check of the budgets as docs/benchmarks.md documents it: from the built jar. */
class BudgetsIT {
  private static final Path JAR = Path.of("target", "benchmarks.jar");

  @Test
  void theBudgetsAreKept() throws Exception {
    assertThat(runJar(List.of(), "budgets").exitCode())
        .as("exit code; the table above tells which")
        .isZero();
  }

  @Test
  void anAllocationForEachOperationBreaksABudgetOfBytes() throws Exception {
    Outcome outcome = runPlanted("allocation", "RecordCodecBenchmark.walk64");

    assertThat(outcome.exitCode()).as("exit code").isEqualTo(1);
    assertThat(outcome.broken()).singleElement().asString().contains("0.50 B/op  BROKEN");
  }

  @Test
  void aCopyOfEachOperationBreaksABudgetOfBytes() throws Exception {
    Outcome outcome = runPlanted("copy", "RecordCodecBenchmark.walk64");

    assertThat(outcome.exitCode()).as("exit code").isEqualTo(1);
    assertThat(outcome.broken()).singleElement().asString().contains("0.50 B/op  BROKEN");
  }

  @Test
  void aHandOffToAnotherThreadBreaksABudgetOfTime() throws Exception {
    Outcome outcome = runPlanted("handoff", "RecordCodecBenchmark.encode64");

    assertThat(outcome.exitCode()).as("exit code").isEqualTo(1);
    assertThat(outcome.broken()).first().asString().contains("1.50 x  BROKEN");
  }

  @Test
  void anUnknownSlowdownIsNotABrokenBudget() throws Exception {
    assertThat(runPlanted("true", "RecordCodecBenchmark.walk64").exitCode()).isEqualTo(2);
  }

  private static Outcome runPlanted(String kind, String benchmark) throws Exception {
    return runJar(List.of("-Dcairn.benchmarks.planted=" + kind), "budgets", benchmark);
  }

  private record Outcome(int exitCode, List<String> lines) {

    /** The rows of the table. */
    List<String> broken() {
      return lines.stream().filter(line -> line.endsWith("  BROKEN")).toList();
    }
  }

  private static Outcome runJar(List<String> jvmArguments, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // JMH's lock lies there: another benchmark on the machine would make this one end at once.
    Path temporary = Files.createDirectories(Path.of("target", "tmp")).toAbsolutePath();
    command.add("-Djava.io.tmpdir=" + temporary);
    command.addAll(jvmArguments);
    command.addAll(List.of("-jar", JAR.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      List<String> lines = output.lines().peek(System.out::println).toList();
      return new Outcome(process.waitFor(), lines);
    } finally {
      process.destroyForcibly();
    }
  }
}
