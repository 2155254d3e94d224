package io.cairn.reliability;

import io.cairn.reliability.Experiment.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * What {@code server/cli/reliability} calls: {@code Driver BIN/CAIRN FOLDER EXPERIMENT RUNS
 * [SEED]}.
 */
public final class Driver {
  private Driver() {}

  public static void main(String[] args) throws Exception {
    Path cairn = Path.of(args[0]).toRealPath();
    Path directory = Files.createDirectories(Path.of(args[1])).toRealPath();
    int runs = Integer.parseInt(args[3]);
    long seed = args.length > 4 ? Long.parseLong(args[4]) : new Random().nextLong();
    Experiment experiment = new Experiment(cairn, directory, new Random(seed), System.out);
    System.out.printf("%s, %d runs, seed %d, in %s%n", args[2], runs, seed, directory);
    Report report = run(experiment, args[2], runs);
    System.out.println(args[2] + ": " + report);
    System.exit(report.good() ? 0 : 1);
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
