package io.cairn.reliability;

import io.cairn.reliability.Experiment.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * What {@code server/cli/reliability} calls: {@code Driver BIN/CAIRN FOLDER EXPERIMENT RUNS
 * [SEED]}, or {@code Driver BIN/CAIRN FOLDER cluster DURATION NODES [NEMESIS,... or all [SEED]]}.
 */
public final class Driver {
  private Driver() {}

  public static void main(String[] args) throws Exception {
    Path cairn = Path.of(args[0]).toRealPath();
    Path directory = Files.createDirectories(Path.of(args[1])).toRealPath();
    if (args[2].equals("cluster")) {
      System.exit(cluster(cairn, directory, args) ? 0 : 1);
    }
    int runs = Integer.parseInt(args[3]);
    long seed = args.length > 4 ? Long.parseLong(args[4]) : new Random().nextLong();
    Experiment experiment = new Experiment(cairn, directory, new Random(seed), System.out);
    System.out.printf("%s, %d runs, seed %d, in %s%n", args[2], runs, seed, directory);
    Report report = run(experiment, args[2], runs);
    System.out.println(args[2] + ": " + report);
    System.exit(report.good() ? 0 : 1);
  }

  private static boolean cluster(Path cairn, Path directory, String[] args) throws Exception {
    Duration duration = Duration.parse("PT" + args[3]);
    int nodes = Integer.parseInt(args[4]);
    boolean all = args.length < 6 || args[5].equals("all");
    List<String> names = all ? Nemeses.possible() : List.of(args[5].split(",", -1));
    names.forEach(Nemeses::named);
    long seed = args.length > 6 ? Long.parseLong(args[6]) : new Random().nextLong();
    System.out.printf(
        "cluster of %d nodes, %s, %s, seed %d, in %s%n",
        nodes, args[3], String.join(",", names), seed, directory);
    if (all && !Disks.areAllowed()) {
      System.out.println(
          "Without the nemeses of disks: they mount file systems, as root only may.");
    }
    Experiment experiment = new Experiment(cairn, directory, new Random(seed), System.out);
    try (ClusterRounds rounds =
        new ClusterRounds(experiment, nodes, seed, Nemeses.needDisks(names))) {
      ClusterReport report = rounds.run(names, duration);
      System.out.println("cluster: " + report);
      return report.good();
    }
  }

  private static Report run(Experiment experiment, String name, int runs) throws Exception {
    return switch (name) {
      case "kill" -> Kills.run(experiment, runs);
      case "power-cut-ext4" -> PowerCuts.run(experiment, "ext4", runs);
      case "power-cut-xfs" -> PowerCuts.run(experiment, "xfs", runs);
      case "failed-sync" -> FailedSyncs.run(experiment, runs);
      default -> throw new IllegalArgumentException("unknown experiment " + name);
    };
  }
}
