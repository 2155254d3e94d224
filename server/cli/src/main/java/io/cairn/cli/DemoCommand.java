package io.cairn.cli;

import io.cairn.client.CairnClient;
import io.cairn.client.ConsistencyLevel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cairn demo}. */
@Command(
    name = "demo",
    description = {
      "Show what a cluster does: start three nodes on this machine, write to them all the time, kill the leader with"
          + " -9, see another one take over and the killed one come back, and look whether anything was lost.",
      "Everything is in a temporary folder and is cleaned up, also by Ctrl-C, unless --keep or --data-dir is given."
    },
    footer = {
      "  cairn demo",
      "  cairn demo --duration 60s                 write for a minute",
      "  cairn demo --keep                         leave the nodes running, to try commands on them"
    })
final class DemoCommand extends BaseCommand {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration SHORTEST = Duration.ofSeconds(3);

  @Option(
      names = "--duration",
      order = 1,
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      defaultValue = "9s",
      description = "How long to write, with the kill in the middle. Default: 9s.")
  Duration duration;

  @Option(
      names = "--rate",
      order = 2,
      paramLabel = "N",
      defaultValue = "1000",
      description = "Writes of each level in a second. Default: 1000.")
  int rate;

  @Option(
      names = "--data-dir",
      order = 3,
      paramLabel = "DIR",
      description =
          "Where the nodes keep their data; must be new or empty. Default: a temporary folder.")
  @Nullable Path dataDirectory;

  @Option(names = "--keep", order = 4, description = "Leave the nodes running, and their data.")
  boolean keep;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path launcher = launcher();
    if (duration.compareTo(SHORTEST) < 0 || rate < 100 || rate > 100_000) {
      throw CliException.usage("--duration is 3s or more, --rate from 100 to 100000.");
    }
    if (dataDirectory != null && holdsSomething(dataDirectory)) {
      throw CliException.usage("--data-dir " + dataDirectory + " is not empty; name a new folder.");
    }
    Path folder =
        dataDirectory == null
            ? Files.createTempDirectory("cairn-demo-")
            : Files.createDirectories(dataDirectory).toAbsolutePath();
    DemoCluster cluster = new DemoCluster(launcher, folder);
    // Also when it is interrupted: no process and no folder stays behind.
    Thread cleaner =
        new Thread(() -> cleanUp(cluster, dataDirectory == null), "cairn-demo-clean-up");
    Runtime.getRuntime().addShutdownHook(cleaner);
    boolean nothingLost = run(cluster, folder);
    if (nothingLost && keep) {
      Runtime.getRuntime().removeShutdownHook(cleaner);
      tellHowToGoOn(cluster, folder);
    }
    return nothingLost ? ExitCode.OK : ExitCode.FAILED;
  }

  private boolean run(DemoCluster cluster, Path folder) throws IOException, InterruptedException {
    DemoStory story = new DemoStory(shell().out());
    story.tell("Starting three nodes, each a process of its own. Their data is in " + folder + ".");
    cluster.start();
    try (CairnClient client =
            CairnClient.builder().endpoints(cluster.endpoints()).deadline(PATIENCE).build();
        // Of its own: what it learns is not what the load's client learns.
        CairnClient observer =
            CairnClient.builder().endpoints(cluster.endpoints()).deadline(PATIENCE).build()) {
      DemoLoad strong = new DemoLoad(client.async(), ConsistencyLevel.STRONG, rate);
      DemoLoad eventual = new DemoLoad(client.async(), ConsistencyLevel.EVENTUAL, rate);
      DemoPlay play = new DemoPlay(cluster, observer, strong, eventual, story, PATIENCE);
      play.awaitServing();
      strong.start();
      eventual.start();
      play.awaitFlow();
      play.playFor(duration);
      strong.stop();
      eventual.stop();
      // Once it is confirmed every in-sync replica has it, and all that came before it.
      client.put("the end".getBytes(StandardCharsets.UTF_8), new byte[0]);
      return play.check();
    }
  }

  private void tellHowToGoOn(DemoCluster cluster, Path folder) {
    DataOut out = shell().out();
    out.println("");
    out.println("The nodes go on, their data is in " + folder + ". Try:");
    out.println("  export CAIRN_ENDPOINTS=" + cluster.endpoints());
    out.println("  cairn cluster status");
    out.println("  cairn put greeting hello; cairn get greeting");
    out.println("  cairn cluster transfer --to 1");
    for (DemoNode node : cluster.all()) {
      out.println(
          "  kill %d      # ends node %d in order; with -9, at once"
              .formatted(node.pid(), node.nodeId()));
    }
    out.println("  rm -r " + folder + "      # afterwards");
    out.println(
        "They have little memory and the quick compiler alone: measure with `cairn start`.");
  }

  private static boolean holdsSomething(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return false;
    }
    try (var entries = Files.list(directory)) {
      return entries.findAny().isPresent();
    }
  }

  /** The command that runs this demo. */
  private static Path launcher() {
    String home = System.getProperty("cairn.home", "");
    Path launcher = Path.of(home, "bin", "cairn");
    if (home.isEmpty() || !Files.isExecutable(launcher)) {
      throw CliException.failed("The demo needs the distribution: run it as bin/cairn demo.");
    }
    return launcher;
  }

  private static void cleanUp(DemoCluster cluster, boolean delete) {
    cluster.end();
    if (delete) {
      try {
        cluster.delete();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
