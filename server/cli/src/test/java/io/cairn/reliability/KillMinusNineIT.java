package io.cairn.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged node, killed with -9 under load again and again; server/cli/reliability has the long
 * run.
 */
class KillMinusNineIT {

  private static final int KILLS = 20;
  private static final long SEED = 20261124;

  @TempDir Path directory;

  @Test
  void noAcknowledgedWriteIsLost() throws Exception {
    ByteArrayOutputStream story = new ByteArrayOutputStream();
    Path cairn = Path.of("target", "cairn", "bin", "cairn").toAbsolutePath();
    Experiment experiment =
        new Experiment(
            cairn,
            directory,
            new Random(SEED),
            new PrintStream(story, true, StandardCharsets.UTF_8));

    Experiment.Report report = Kills.run(experiment, KILLS);

    assertThat(report.good()).as("%s%n%s", report, story).isTrue();
    assertThat(report.runs()).isEqualTo(KILLS);
    // A load that hardly loads would show nothing.
    assertThat(report.acknowledged()).isGreaterThan(1_000);
  }
}
