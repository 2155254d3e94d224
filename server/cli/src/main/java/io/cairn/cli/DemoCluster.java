package io.cairn.cli;

import io.cairn.client.CairnClient;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.ShardDescription;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Three nodes of one shard on this machine, each a process with a data directory of its own. */
final class DemoCluster {

  static final int SIZE = 3;

  private static final int START_ATTEMPTS = 3;
  private static final long POLL_MILLIS = 20;

  /** Small: three nodes on one disk, which fill their logs ahead of use. */
  private static final Map<String, String> SMALL =
      Map.of(
          "log.segment-size", "16MiB",
          "limits.max-unapplied", "16MiB",
          "log.disk-reserve", "64MiB",
          "storage.block-cache", "32MiB");

  private final Path launcher;
  private final Path folder;
  private final Map<Integer, DemoNode> nodes = new TreeMap<>(); // guarded by this
  private final Map<Integer, Map<String, String>> settings = new TreeMap<>();
  private boolean ended; // guarded by this

  /**
   * @param folder where all that the nodes write goes
   */
  DemoCluster(Path launcher, Path folder) {
    this.launcher = launcher;
    this.folder = folder;
  }

  /** Starts all nodes on ports that are free; anew when another program was faster. */
  void start() throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        configure(attempt);
        for (int nodeId = 1; nodeId <= SIZE; nodeId++) {
          launch(nodeId);
        }
        for (DemoNode node : all()) {
          awaitAddress(node);
        }
        return;
      } catch (CliException notStarted) {
        if (attempt == START_ATTEMPTS || !notStarted.sentence().contains("in use")) {
          throw notStarted;
        }
        all().forEach(DemoNode::killMinusNine);
      }
    }
  }

  private void configure(int attempt) throws IOException {
    List<Integer> ports = freePorts(3 * SIZE);
    List<String> members = new ArrayList<>();
    for (int nodeId = 1; nodeId <= SIZE; nodeId++) {
      members.add(
          "%d=127.0.0.1:%d/%d"
              .formatted(nodeId, ports.get(2 * nodeId - 2), ports.get(2 * nodeId - 1)));
    }
    Path directory = attempt == 1 ? folder : folder.resolve("attempt-" + attempt);
    for (int nodeId = 1; nodeId <= SIZE; nodeId++) {
      Map<String, String> flags = new LinkedHashMap<>(SMALL);
      flags.put("node-id", Integer.toString(nodeId));
      flags.put("cluster.name", "demo");
      flags.put("cluster.members", String.join(",", members));
      flags.put("data-dir", directory.resolve("node-" + nodeId).toString());
      flags.put("listen", "127.0.0.1:" + ports.get(2 * SIZE + nodeId - 1));
      flags.put("metrics-listen", "off");
      settings.put(nodeId, flags);
    }
  }

  /** All at once: a port that the system chooses later may be one of these. */
  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  private Map<String, String> settingsOf(int nodeId) {
    return settings.getOrDefault(nodeId, Map.of());
  }

  /** The clean-up finds the process from its first moment, or it is not started any more. */
  private synchronized DemoNode launch(int nodeId) throws IOException {
    if (ended) {
      throw interrupted();
    }
    DemoNode node =
        DemoNode.launch(
            launcher, nodeId, settingsOf(nodeId), folder.resolve("node-" + nodeId + ".log"));
    nodes.put(nodeId, node);
    return node;
  }

  /** Starts a node again that was killed, on its data. */
  void restart(int nodeId) throws IOException {
    awaitAddress(launch(nodeId));
  }

  private void awaitAddress(DemoNode node) throws IOException {
    try {
      node.awaitAddress();
    } catch (CliException notStarted) {
      throw isEnded() ? interrupted() : notStarted;
    }
  }

  private synchronized boolean isEnded() {
    return ended;
  }

  private static CliException interrupted() {
    return CliException.failed("The demo was interrupted.");
  }

  synchronized List<DemoNode> all() {
    return List.copyOf(nodes.values());
  }

  DemoNode node(int nodeId) {
    return all().stream().filter(node -> node.nodeId() == nodeId).findFirst().orElseThrow();
  }

  String endpoints() {
    return all().stream().map(DemoNode::address).collect(Collectors.joining(","));
  }

  /** Kills what runs, and lets nothing start any more. */
  void end() {
    synchronized (this) {
      ended = true;
    }
    all().forEach(DemoNode::killMinusNine);
  }

  static ShardDescription shard(DescribeResponse cluster) {
    return cluster.getShardsCount() == 0
        ? ShardDescription.getDefaultInstance()
        : cluster.getShards(0);
  }

  /** Waits until the shard is as it should be. */
  static DescribeResponse await(
      CairnClient client, Duration limit, String what, Predicate<ShardDescription> reached)
      throws InterruptedException {
    long deadlineNanos = System.nanoTime() + limit.toNanos();
    while (true) {
      DescribeResponse cluster = client.describe();
      if (reached.test(shard(cluster))) {
        return cluster;
      }
      if (System.nanoTime() - deadlineNanos > 0) {
        throw CliException.failed("After " + limit.toSeconds() + " s still not: " + what + ".");
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** Deletes all that the nodes wrote. */
  void delete() throws IOException {
    if (Files.exists(folder)) {
      Deletion.of(folder);
    }
  }
}
