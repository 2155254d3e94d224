package io.cairn.reliability;

import io.cairn.reliability.Experiment.Report;
import java.util.List;

/**
 * kill -9 at a random moment under load, again and again on the same data. Every fourth kill comes
 * while the node starts, before anybody knows how far it got.
 */
final class Kills {
  private Kills() {}

  static Report run(Experiment experiment, int kills) throws Exception {
    Report report = new Report();
    Ledger ledger = new Ledger(Experiment.KEYS);
    while (report.runs() < kills) {
      if (report.runs() % 4 == 3) {
        killWhileStarting(experiment);
      }
      try (NodeProcess node = start(experiment)) {
        node.awaitServing();
        List<String> complaints = Check.andSettle(ledger, node.channel());
        Writers writers = Writers.start(ledger, node.channel(), experiment.random());
        experiment.load(writers);
        node.killMinusNine();
        writers.stop();
        report.add(writers.acknowledged(), complaints);
        experiment.print(report.runs(), writers, complaints);
      }
    }
    try (NodeProcess node = start(experiment)) {
      node.awaitServing();
      List<String> complaints = Check.andSettle(ledger, node.channel());
      report.addCheck(complaints);
      node.stop();
    }
    return report;
  }

  private static void killWhileStarting(Experiment experiment) throws Exception {
    try (NodeProcess node = start(experiment)) {
      NodeProcess.pauseMillis(experiment.random().nextInt(1_500));
      node.killMinusNine();
    }
  }

  private static NodeProcess start(Experiment experiment) throws Exception {
    return NodeProcess.start(
        experiment.cairn(),
        experiment.directory().resolve("data"),
        experiment.nodeLog(),
        Experiment.ENVIRONMENT);
  }
}
