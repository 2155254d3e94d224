package io.cairn.reliability;

import com.google.protobuf.TextFormat;
import io.cairn.v1.ChangeRequest;
import io.cairn.v1.ClusterGrpc;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.NodeDescription;
import io.cairn.v1.ShardDescription;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A cluster of node processes on this machine, whose network is {@link Wires}. */
final class FaultyCluster implements AutoCloseable {
  static final int SHARDS = 3;

  private final List<ClusterMember> members = new ArrayList<>();
  private final ClusterMember spare;
  private final Wires wires;

  /**
   * @param dataDirectories of each node, by its id less one, with one more for the spare
   */
  FaultyCluster(Path cairn, Path directory, List<Path> dataDirectories) throws IOException {
    int nodes = dataDirectories.size() - 1;
    Map<Integer, List<Integer>> ports = new TreeMap<>();
    for (int nodeId = 1; nodeId <= nodes; nodeId++) {
      ports.put(nodeId, List.of(NodeProcess.freePort(), NodeProcess.freePort()));
    }
    String memberList =
        ports.entrySet().stream()
            .map(e -> memberText(e.getKey(), e.getValue()))
            .collect(Collectors.joining(","));
    wires = Wires.between(ports, nodes + 1);
    for (int nodeId = 1; nodeId <= nodes + 1; nodeId++) {
      List<Integer> own = ports.get(nodeId);
      int peerPort = own == null ? NodeProcess.freePort() : own.get(0);
      Map<String, String> environment = new HashMap<>(Experiment.ENVIRONMENT);
      environment.put("CAIRN_NODE_ID", Integer.toString(nodeId));
      environment.put("CAIRN_SHARDS", Integer.toString(SHARDS));
      environment.put("CAIRN_CLUSTER_NAME", "faults");
      environment.put("CAIRN_CLUSTER_MEMBERS", memberList);
      environment.put("CAIRN_PEER_LISTEN", Wires.address(nodeId, nodeId) + ":" + peerPort);
      environment.putAll(small(writeHosts(directory, nodeId, nodes)));
      ClusterMember member =
          new ClusterMember(
              nodeId,
              cairn,
              dataDirectories.get(nodeId - 1),
              directory.resolve("node-" + nodeId + ".log"),
              NodeProcess.freePort(),
              environment);
      members.add(member);
    }
    spare = members.remove(nodes);
  }

  private static String memberText(int nodeId, List<Integer> ports) {
    return nodeId + "=node-" + nodeId + ":" + ports.get(0) + "/" + ports.get(1);
  }

  /** Several nodes are to fit into a small machine. */
  private static Map<String, String> small(Path hosts) {
    return Map.of(
        "CAIRN_HEAP", "256m",
        "CAIRN_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -Djdk.net.hosts.file=" + hosts,
        "CAIRN_LOG_DISK_RESERVE", "8MiB",
        "CAIRN_STORAGE_BLOCK_CACHE", "8MiB",
        "CAIRN_STORAGE_WRITE_BUFFER", "2MiB",
        "CAIRN_STORAGE_WRITE_MEMORY", "8MiB",
        "CAIRN_RETRY_WINDOW_BYTES", "2MiB");
  }

  /** What the names of the others mean to this node: where its wires begin. */
  private static Path writeHosts(Path directory, int nodeId, int nodes) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("127.0.0.1 localhost " + InetAddress.getLocalHost().getHostName());
    IntStream.rangeClosed(1, nodes)
        .forEach(other -> lines.add(Wires.address(nodeId, other) + " node-" + other));
    return Files.write(directory.resolve("hosts-" + nodeId), lines);
  }

  List<ClusterMember> members() {
    return members;
  }

  /** A node that is no member yet. */
  ClusterMember spare() {
    return spare;
  }

  Wires wires() {
    return wires;
  }

  ClusterMember member(int nodeId) {
    return members.get(nodeId - 1);
  }

  ClusterMember any(Random random) {
    return members.get(random.nextInt(members.size()));
  }

  String endpoints() {
    return members.stream().map(ClusterMember::clientAddress).collect(Collectors.joining(","));
  }

  void startAll() throws IOException {
    for (ClusterMember member : members) {
      if (!member.isRunning()) {
        member.start();
      }
    }
  }

  /** The newest that any node knows. Waits until one answers that knows of the shards. */
  DescribeResponse view() {
    DescribeResponse[] found = new DescribeResponse[1];
    await(
        "a node that describes the cluster",
        60,
        () -> {
          found[0] = newestOrNull();
          return found[0] != null && found[0].getShardsCount() == SHARDS;
        });
    return found[0];
  }

  private @Nullable DescribeResponse newestOrNull() {
    DescribeResponse newest = null;
    for (ClusterMember member : members) {
      DescribeResponse answer = member.describeOrNull();
      if (answer != null
          && (newest == null
              || answer.getVersion() > newest.getVersion()
              || (answer.getVersion() == newest.getVersion() && newest.getController() == 0))) {
        newest = answer;
      }
    }
    return newest;
  }

  /** Waits until the shard is led, and tells by whom. */
  int awaitLeader(int shard) {
    int[] leader = new int[1];
    await(
        "a leader of shard " + shard,
        60,
        () -> {
          leader[0] = view().getShards(shard).getLeader();
          return leader[0] != 0;
        });
    return leader[0];
  }

  int awaitController() {
    int[] controller = new int[1];
    await(
        "a controller",
        60,
        () -> {
          controller[0] = view().getController();
          return controller[0] != 0;
        });
    return controller[0];
  }

  /** Waits until every node holds all shards, is in sync, and knows it. */
  void awaitInSync(int limitSeconds) {
    await("all nodes in sync", limitSeconds, this::isInSync);
  }

  private boolean isInSync() {
    long version = -1;
    for (ClusterMember member : members) {
      DescribeResponse view = member.describeOrNull();
      if (view == null
          || view.getShardsCount() != SHARDS
          || (version >= 0 && view.getVersion() != version)
          || !view.getShardsList().stream().allMatch(this::isInSync)
          || !members.stream().allMatch(m -> isAlive(view, m.nodeId()))) {
        return false;
      }
      version = view.getVersion();
    }
    return true;
  }

  private boolean isInSync(ShardDescription shard) {
    return shard.getLeader() != 0
        && shard.getAdding() == 0
        && members.stream().allMatch(m -> shard.getInSyncReplicasList().contains(m.nodeId()));
  }

  static boolean isAlive(DescribeResponse view, int nodeId) {
    return view.getNodesList().stream()
        .filter(node -> node.getNodeId() == nodeId)
        .anyMatch(NodeDescription::getAlive);
  }

  /** Waits with a limit, and tells what it had waited for and what the nodes know. */
  void await(String what, int limitSeconds, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(limitSeconds);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new NotInTimeException(
            "no " + what + " within " + limitSeconds + " s; " + describeAll());
      }
      NodeProcess.pauseMillis(50);
    }
  }

  private String describeAll() {
    return members.stream()
        .map(
            member -> {
              DescribeResponse view = member.describeOrNull();
              return "node "
                  + member.nodeId()
                  + ": "
                  + (view == null
                      ? "no answer"
                      : TextFormat.printer().emittingSingleLine(true).printToString(view));
            })
        .collect(Collectors.joining("\n  ", "\n  ", ""));
  }

  /** Something did not come to be although nothing was wrong any more. */
  static final class NotInTimeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotInTimeException(String message) {
      super(message);
    }
  }

  /** What an operator asks for; the answer may be that it is refused. */
  void change(ChangeRequest request) {
    ClusterGrpc.newBlockingStub(member(awaitController()).channel())
        .withDeadlineAfter(10, TimeUnit.SECONDS)
        .change(request);
  }

  /** Nodes that ended although nothing was done to them that ends a node. */
  List<String> endedByThemselves() {
    return members.stream()
        .filter(ClusterMember::hasEndedByItself)
        .map(member -> "node " + member.nodeId() + " ended by itself: see its log")
        .toList();
  }

  @Override
  public void close() {
    members.forEach(ClusterMember::close);
    spare.close();
    wires.close();
  }
}
