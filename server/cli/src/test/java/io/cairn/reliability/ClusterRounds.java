package io.cairn.reliability;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cairn.client.CairnClient;
import io.cairn.client.ConsistencyLevel;
import io.cairn.client.KeyRange;
import io.cairn.replication.simulator.history.OperationRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A cluster under load, round after round: some seconds of faults, then none until all nodes are in
 * sync again, then the history and the contents are checked.
 */
final class ClusterRounds implements AutoCloseable {
  private static final int CLIENTS = 3;
  private static final int THREADS_OF_EACH = 4;
  private static final long FAULTS_OF_A_ROUND_NANOS = TimeUnit.SECONDS.toNanos(15);
  private static final int WHOLE_AGAIN_SECONDS = 120;

  private final Path directory;
  private final long seed;
  private final Random random;
  private final java.io.PrintStream out;
  private final Disks disks = new Disks();
  private final FaultyCluster cluster;
  private final List<CairnClient> clients = new ArrayList<>();
  private final ClusterReport report = new ClusterReport();

  /**
   * @param withDisks whether each node has a file system of its own
   */
  ClusterRounds(Experiment experiment, int nodes, long seed, boolean withDisks) throws IOException {
    directory = experiment.directory();
    this.seed = seed;
    random = experiment.random();
    out = experiment.out();
    List<Path> data = new ArrayList<>();
    for (int nodeId = 1; nodeId <= nodes + 1; nodeId++) {
      Path parent =
          withDisks && nodeId <= nodes
              ? disks.add(directory)
              : Files.createDirectories(directory.resolve("node-" + nodeId));
      data.add(parent.resolve("data"));
    }
    cluster = new FaultyCluster(experiment.cairn(), directory, data);
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(
          CairnClient.builder()
              .endpoints(cluster.endpoints())
              .deadline(Duration.ofSeconds(8))
              .build());
    }
  }

  /** Rounds with faults drawn from these, until the time is over or one was not good. */
  ClusterReport run(List<String> names, Duration duration) throws Exception {
    long begin = System.nanoTime();
    start();
    while (report.good() && System.nanoTime() - begin < duration.toNanos()) {
      long faultsEnd = System.nanoTime() + FAULTS_OF_A_ROUND_NANOS;
      round(() -> System.nanoTime() < faultsEnd ? names.get(random.nextInt(names.size())) : "");
    }
    finish();
    return report;
  }

  /** One round with exactly these faults. */
  ClusterReport runOnce(List<String> names) throws Exception {
    start();
    List<String> left = new ArrayList<>(names);
    round(() -> left.isEmpty() ? "" : left.remove(0));
    finish();
    return report;
  }

  private void start() throws IOException {
    cluster.startAll();
    cluster.awaitInSync(WHOLE_AGAIN_SECONDS);
  }

  /** Also the logs of nodes that ended in order hold each write once. */
  private void finish() throws Exception {
    for (ClusterMember member : cluster.members()) {
      if (member.isRunning() && !member.hasEndedByItself()) {
        member.stop();
      }
    }
    List<String> complaints = new ArrayList<>();
    for (ClusterMember member : cluster.members()) {
      member.checkLog();
      complaints.addAll(member.takeComplaints());
    }
    complaints.forEach(out::println);
    report.add(complaints, List.of());
  }

  /** The name of the next fault; empty for none any more. */
  interface Faults {
    String next();
  }

  private void round(Faults faults) throws Exception {
    int number = report.nextRound();
    Recorder recorder = new Recorder();
    Registers registers = new Registers(String.format("r%05d-", number), recorder);
    StringBuilder story = new StringBuilder();
    Stage stage =
        new Stage(cluster, disks, random, registers, clients.get(0), report.failovers(), story);
    Registers.Users users = registers.new Users(clients, THREADS_OF_EACH, random);
    List<SingleNodeUser> ofOneNode =
        cluster.members().stream()
            .map(member -> new SingleNodeUser(registers, member, new Random(random.nextLong())))
            .toList();
    List<String> violations = new ArrayList<>();
    List<String> lost = List.of();
    long checked = 0;
    try {
      for (String name = faults.next(); !name.isEmpty(); name = faults.next()) {
        strike(name, stage);
      }
      stage.pause(500, 1_000);
    } catch (FaultyCluster.NotInTimeException never) {
      violations.add(String.valueOf(never.getMessage()));
    } finally {
      cluster.wires().heal();
      users.stop();
      for (SingleNodeUser user : ofOneNode) {
        user.stop();
      }
    }
    violations.addAll(cluster.endedByThemselves());
    // Whoever ended is what is wrong; nothing else can be expected then.
    if (violations.isEmpty()) {
      try {
        cluster.startAll();
        cluster.awaitInSync(WHOLE_AGAIN_SECONDS);
        readAll(registers);
        RoundCheck.Found found = RoundCheck.check(registers, cluster);
        violations.addAll(found.violations());
        lost = found.lost();
        checked = found.operations();
      } catch (FaultyCluster.NotInTimeException never) {
        violations.add(String.valueOf(never.getMessage()));
        violations.addAll(cluster.endedByThemselves());
      }
    }
    for (ClusterMember member : cluster.members()) {
      violations.addAll(member.takeComplaints());
    }
    report.addRound(recorder.operations().size(), checked);
    report.add(violations, lost);
    print(number, stage, violations, lost);
    if (!violations.isEmpty() || !lost.isEmpty()) {
      write(number, stage, violations, lost);
    } else {
      forget(registers);
    }
  }

  private void strike(String name, Stage stage) throws Exception {
    Nemesis nemesis = Nemeses.named(name);
    stage.pause(500, 2_000);
    if (nemesis.needsAll()) {
      cluster.awaitInSync(WHOLE_AGAIN_SECONDS);
    }
    report.addFault(name);
    nemesis.strike(stage);
  }

  /** As a part of the history: so what is lost makes it impossible. */
  private void readAll(Registers registers) {
    for (String key : registers.keys()) {
      for (int attempt = 0; attempt < 5; attempt++) {
        if (registers.get(clients.get(0), 0, key, true)) {
          break;
        }
      }
    }
  }

  /** So that the nodes stay small. */
  private void forget(Registers registers) {
    try {
      clients
          .get(0)
          .clear(KeyRange.prefix(registers.prefix().getBytes(UTF_8)), ConsistencyLevel.STRONG);
    } catch (io.cairn.client.CairnException notNow) {
      out.println("the keys of the round stay: " + notNow.getMessage());
    }
  }

  private void print(int number, Stage stage, List<String> violations, List<String> lost) {
    out.printf(
        "round %d: %d operations, failures %s, %d violations, %d lost%s%n",
        number,
        stage.registers().recorder().operations().size(),
        new TreeMap<>(stage.registers().recorder().failures()),
        violations.size(),
        lost.size(),
        stage.story());
    Stream.concat(violations.stream(), lost.stream()).limit(20).forEach(out::println);
  }

  private void write(int number, Stage stage, List<String> violations, List<String> lost)
      throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("seed " + seed + ", round " + number + stage.story());
    lines.addAll(violations);
    lines.addAll(lost);
    Recorder recorder = stage.registers().recorder();
    recorder.operations().stream()
        .sorted(Comparator.comparingLong(OperationRecord::invokeTime))
        .forEach(o -> lines.add(o + " version " + recorder.versionOrNull(o)));
    Path file = Files.write(directory.resolve("round-" + number + ".history"), lines);
    out.println("its history is in " + file);
  }

  @Override
  public void close() throws IOException {
    clients.forEach(CairnClient::close);
    cluster.close();
    disks.close();
  }
}
