package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.cli.CairnProcess.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cairn demo}, which is half of the README's first command. */
class DemoIT {

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void makeFile() throws IOException {
    byte[] bytes = new byte[2 << 20];
    new Random(1).nextBytes(bytes);
    file = Files.write(folder.resolve("file"), bytes);
  }

  @Test
  void everyRowIsReadBackAfterTwoKills() throws Exception {
    Result demo = CairnProcess.run(folder, new byte[0], "demo", "--file", file.toString());

    assertThat(demo.exitCode()).as(demo.err()).isZero();
    assertThat(demo.out())
        .contains("2,048 pieces of 1 KiB")
        .contains("kill -9 after ")
        .contains("Read 2,048 rows back")
        .contains("nothing is lost");
  }

  /** Also while a node starts: of all its time the demo waits most for that. */
  @Test
  void anInterruptedDemoLeavesNoNode() throws Exception {
    Process demo =
        new ProcessBuilder(
                CairnProcess.LAUNCHER.toString(),
                "demo",
                "--file",
                file.toString(),
                "--data-dir",
                folder.resolve("data").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("demo.out").toFile())
            .start();
    try {
      await().atMost(Duration.ofSeconds(60)).until(() -> !nodes(demo).isEmpty());
      List<ProcessHandle> nodes = nodes(demo);
      demo.destroy();
      assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
      // Not a little later: it would make its data anew, and end only when it finds no reader.
      assertThat(nodes).noneMatch(ProcessHandle::isAlive);
    } finally {
      demo.descendants().forEach(ProcessHandle::destroyForcibly);
      demo.destroyForcibly();
    }
  }

  private static List<ProcessHandle> nodes(Process demo) {
    return demo.descendants()
        .filter(process -> process.info().commandLine().orElse("").contains(" start "))
        .toList();
  }
}
