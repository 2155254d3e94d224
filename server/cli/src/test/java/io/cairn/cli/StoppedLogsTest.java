package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cairn.cli.TestShell.Result;
import io.cairn.node.CairnNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cairn log} on data that it cannot, or need not, write to. */
class StoppedLogsTest {

  @TempDir Path folder;

  /** A mounted one, because root may write to a file whose permissions say otherwise. */
  @Test
  void aReadOnlyCopyIsReadable() throws Exception {
    Path data = folder.resolve("data");
    try (CairnNode node = TestNode.start(data)) {
      assertThat(TestNode.shell(node).run("put", "a", "1").exitCode()).isZero();
    }
    Path copy = Files.createDirectory(folder.resolve("copy"));
    assumeTrue(
        ends("mount", "--bind", data.toString(), copy.toString()),
        "skipped: only root can mount a folder");
    try {
      assumeTrue(ends("mount", "-o", "remount,bind,ro", copy.toString()), "skipped: no ro mounts");

      Result verified = new TestShell().run("log", "verify", "--data-dir", copy.toString());
      Result dumped = new TestShell().run("log", "dump", "--data-dir", copy.toString());

      assertThat(verified.err()).isEmpty();
      assertThat(verified.out()).contains("intact");
      assertThat(dumped.exitCode()).isZero();
    } finally {
      assertThat(ends("umount", copy.toString())).isTrue();
    }
  }

  private static boolean ends(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException notThere) {
      return false;
    }
  }
}
