package io.cairn.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three packaged nodes, to which the most usual things happen; server/cli/reliability has the long
 * run and the others.
 */
@EnabledOnOs(OS.LINUX) // where 127.0.1.2 is this machine too
class ClusterFaultsIT {
  private static final long SEED = 20261125;

  @TempDir Path directory;

  @Test
  void noConfirmedStrongWriteIsLostAndWhatIsReadIsLinearizable() throws Exception {
    ByteArrayOutputStream story = new ByteArrayOutputStream();
    Path cairn = Path.of("target", "cairn", "bin", "cairn").toAbsolutePath();
    Experiment experiment =
        new Experiment(
            cairn,
            directory,
            new Random(SEED),
            new PrintStream(story, true, StandardCharsets.UTF_8));
    try (ClusterRounds rounds = new ClusterRounds(experiment, 3, SEED, false)) {
      ClusterReport report =
          rounds.runOnce(
              List.of("kill-leader", "kill-follower", "pause", "isolation", "wiped-directory"));

      assertThat(report.good()).as("%s%n%s", report, story).isTrue();
      assertThat(report.failovers().count()).isEqualTo(1);
      // A load that hardly loads would show nothing.
      assertThat(report.checked()).isGreaterThan(1_000);
    }
  }
}
