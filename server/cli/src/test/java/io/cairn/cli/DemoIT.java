package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code cairn demo}, which is half of the README's first command. */
@Timeout(300)
class DemoIT {

  private static final Pattern PROCESS = Pattern.compile("node \\d: process (\\d+) on (\\S+)");

  @TempDir Path folder;

  @Test
  void nothingIsLostWhenTheLeaderIsKilled() throws Exception {
    Process demo = demo("--duration", "3s");

    assertThat(demo.waitFor(200, TimeUnit.SECONDS)).isTrue();

    assertThat(out())
        .contains("Starting three nodes")
        .containsPattern("kill -9 of node \\d, the leader")
        .containsPattern("Node \\d leads, [0-9.]+ s after the kill")
        .containsPattern("Node \\d is in sync again")
        .containsPattern("STRONG writes were confirmed: every one is on every node\\.")
        .contains("The three nodes hold the same.")
        .containsPattern("Writes stalled for [0-9.]+ s")
        .doesNotContain("failed");
    assertThat(demo.exitValue()).isZero();
    assertNothingIsLeft();
  }

  /** Also while nodes start. */
  @Test
  void anInterruptedDemoLeavesNothing() throws Exception {
    Process demo = demo();
    try {
      await().atMost(Duration.ofSeconds(60)).until(() -> !nodes(demo).isEmpty());
      List<ProcessHandle> nodes = nodes(demo);
      demo.destroy();
      assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
      // Not a little later: it would make its data anew, and end only when it finds no reader.
      assertThat(nodes).noneMatch(ProcessHandle::isAlive);
      assertNothingIsLeft();
    } finally {
      demo.descendants().forEach(ProcessHandle::destroyForcibly);
      demo.destroyForcibly();
    }
  }

  @Test
  void nodesThatAreKeptCanBeUsed() throws Exception {
    Path data = folder.resolve("data");
    Process demo = demo("--duration", "3s", "--keep", "--data-dir", data.toString());
    try {
      assertThat(demo.waitFor(200, TimeUnit.SECONDS)).isTrue();
      String out = out();
      assertThat(demo.exitValue()).as(out).isZero();
      Matcher endpoints = Pattern.compile("export CAIRN_ENDPOINTS=(\\S+)").matcher(out);
      assertThat(endpoints.find()).as(out).isTrue();

      CairnProcess.Result status =
          CairnProcess.run(
              folder, new byte[0], "cluster", "status", "--endpoints", endpoints.group(1));
      assertThat(status.exitCode()).as(status.out() + status.err()).isZero();
    } finally {
      nodesOf(data).forEach(ProcessHandle::destroyForcibly);
    }
  }

  private Process demo(String... args) throws IOException {
    List<String> command =
        Stream.concat(Stream.of(CairnProcess.LAUNCHER.toString(), "demo"), Stream.of(args))
            .toList();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("demo.out").toFile());
    builder.environment().put("CAIRN_JAVA_OPTS", "-Djava.io.tmpdir=" + folder);
    return builder.start();
  }

  private String out() throws IOException {
    return Files.readString(folder.resolve("demo.out"));
  }

  private void assertNothingIsLeft() throws IOException {
    Matcher processes = PROCESS.matcher(out());
    while (processes.find()) {
      assertThat(ProcessHandle.of(Long.parseLong(processes.group(1)))).isEmpty();
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.filter(path -> path.getFileName().toString().startsWith("cairn-demo-")))
          .isEmpty();
    }
  }

  private static List<ProcessHandle> nodes(Process demo) {
    return demo.descendants().filter(process -> isNode(process, "")).toList();
  }

  /** Also those whose demo has ended. */
  private static List<ProcessHandle> nodesOf(Path data) {
    return ProcessHandle.allProcesses()
        .filter(process -> isNode(process, data.toString()))
        .toList();
  }

  private static boolean isNode(ProcessHandle process, String word) {
    String command = process.info().commandLine().orElse("");
    return command.contains(" start ") && command.contains(word);
  }
}
