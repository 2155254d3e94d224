package io.cairn.reliability;

import io.cairn.client.CairnClient;
import io.cairn.reliability.Experiment.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * kill -9 at a random moment under load, again and again on the same data. Every fourth kill comes
 * while the node starts, before anybody knows how far it got.
 *
 * <p>A quarter of the writers use the client, which sends what a kill interrupted again until the
 * node is back: each of their writes must be acknowledged in the end, and be in the log once.
 */
final class Kills implements AutoCloseable {
  private static final int FIRST_REPEATING = Writers.COUNT * 3 / 4;

  private final Experiment experiment;
  private final Report report = new Report();
  private final Ledger ledger = new Ledger(Experiment.KEYS);
  private final Path data;
  private final int port;
  private final CairnClient client;
  private @Nullable Writers repeating;

  private Kills(Experiment experiment) throws IOException {
    this.experiment = experiment;
    this.data = experiment.directory().resolve("data");
    this.port = NodeProcess.freePort(); // the client's, over all restarts
    this.client =
        CairnClient.builder()
            .endpoints("127.0.0.1:" + port)
            .deadline(Duration.ofMinutes(2))
            .maxAttempts(Integer.MAX_VALUE)
            .build();
  }

  static Report run(Experiment experiment, int kills) throws Exception {
    try (Kills run = new Kills(experiment)) {
      while (run.report.runs() < kills) {
        if (run.report.runs() % 4 == 3) {
          run.killWhileStarting();
        }
        run.killUnderLoad();
      }
      run.checkTheEnd();
      return run.report;
    }
  }

  private void killUnderLoad() throws Exception {
    try (NodeProcess node = start()) {
      List<String> complaints = check(node);
      Writers once =
          Writers.start(
              ledger, WriteCalls.once(node.channel()), experiment.random(), 0, FIRST_REPEATING);
      Writers repeated =
          Writers.start(
              ledger,
              WriteCalls.repeated(client),
              experiment.random(),
              FIRST_REPEATING,
              Writers.COUNT);
      repeating = repeated;
      experiment.load(once);
      node.killMinusNine();
      once.stop();
      complaints.addAll(AppliedOnce.check(data));
      report.add(once.acknowledged() + repeated.acknowledged(), complaints);
      experiment.print(report.runs(), once, complaints);
    }
  }

  private void killWhileStarting() throws Exception {
    try (NodeProcess node = start()) {
      NodeProcess.pauseMillis(experiment.random().nextInt(1_500));
      node.killMinusNine();
    }
  }

  private void checkTheEnd() throws Exception {
    try (NodeProcess node = start()) {
      List<String> complaints = check(node);
      node.stop();
      complaints.addAll(AppliedOnce.check(data));
      report.addCheck(complaints);
    }
  }

  /** Waits until the node is back and what the client had under way is answered. */
  private List<String> check(NodeProcess node) throws Exception {
    node.awaitServing();
    List<String> complaints = new ArrayList<>();
    Writers interrupted = repeating;
    if (interrupted != null) {
      interrupted.stop();
      interrupted
          .errors()
          .forEach((kind, count) -> complaints.add(count + " writes of the client: " + kind));
    }
    complaints.addAll(Check.andSettle(ledger, node.channel()));
    return complaints;
  }

  private NodeProcess start() throws IOException {
    return NodeProcess.start(
        experiment.cairn(), data, experiment.nodeLog(), Experiment.ENVIRONMENT, port);
  }

  @Override
  public void close() {
    client.close();
  }
}
