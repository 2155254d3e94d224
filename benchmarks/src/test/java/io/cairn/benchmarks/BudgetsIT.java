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
    assertThat(runJar(List.of(), "budgets")).as("exit code; the table above tells which").isZero();
  }

  @Test
  void aPlantedSlowdownBreaksABudget() throws Exception {
    assertThat(
            runJar(
                List.of("-Dcairn.benchmarks.planted=true"),
                "budgets",
                "RecordCodecBenchmark.walk64"))
        .as("exit code with a planted slowdown")
        .isEqualTo(1);
  }

  private static int runJar(List<String> jvmArguments, String... arguments)
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
      output.lines().forEach(System.out::println);
      return process.waitFor();
    } finally {
      process.destroyForcibly();
    }
  }
}
