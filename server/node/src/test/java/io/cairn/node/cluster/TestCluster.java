package io.cairn.node.cluster;

import static org.awaitility.Awaitility.await;

import io.cairn.node.CairnNode;
import io.cairn.node.config.NodeConfigLoader;
import io.cairn.node.shard.Shard;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.ReplicaLog;
import io.cairn.replication.core.metadata.ChangeResult;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.MetadataChange;
import io.cairn.replication.core.metadata.MetadataQuorum;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.replication.core.metadata.ShardMetadata;
import io.cairn.replication.journal.ChronicleLog;
import io.cairn.replication.journal.JournalOptions;
import io.cairn.replication.metadata.RatisMetadata;
import io.cairn.replication.metadata.RatisOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Several nodes in this process, on loopback ports that the system chose. */
final class TestCluster implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PORTS_OF_A_NEW_NODE = 2;

  private final Path directory;
  private final String members;

  /**
   * For members first two for each, then one for the clients of each, then those of a node that is
   * no member. All at once: a port that the system chooses later may be one of these.
   */
  private final List<Integer> ports;

  private final int size;
  private final Map<String, String> settings;
  private final Map<Integer, CairnNode> nodes = new TreeMap<>();

  TestCluster(Path directory, int size, Map<String, String> settings) {
    this.directory = directory;
    this.size = size;
    this.settings = settings;
    ports = freePorts(3 * size + PORTS_OF_A_NEW_NODE);
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      parts.add((i + 1) + "=127.0.0.1:" + ports.get(2 * i) + "/" + ports.get(2 * i + 1));
    }
    members = String.join(",", parts);
  }

  /** All at once, so that none is given twice. */
  static List<Integer> freePorts(int count) {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
      for (ServerSocket socket : sockets) {
        socket.close();
      }
      return ports;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  CairnNode start(int nodeId, String... more) {
    Map<String, String> flags = new HashMap<>(settings);
    flags.put("node-id", Integer.toString(nodeId));
    flags.put("cluster.name", "test");
    flags.put("cluster.members", members);
    flags.put("data-dir", directory.resolve("node-" + nodeId).toString());
    flags.put("listen", "127.0.0.1:" + ports.get(2 * size + nodeId - 1));
    flags.put("metrics-listen", "off");
    flags.put("log.segment-size", "4MiB");
    flags.put("log.max-record", "1MiB");
    flags.put("limits.max-value", "512KiB");
    flags.put("limits.max-unapplied", "4MiB");
    flags.put("log.disk-reserve", "16MiB");
    for (int i = 0; i < more.length; i += 2) {
      flags.put(more[i], more[i + 1]);
    }
    CairnNode node = CairnNode.start(NodeConfigLoader.load(flags, Map.of(), null).config());
    nodes.put(nodeId, node);
    return node;
  }

  /** One that is not a member of the metadata quorum. */
  CairnNode startNew(int nodeId) {
    return start(nodeId, "peer-listen", newPeerAddress());
  }

  /** Where one that is no member may listen to the others. */
  String newPeerAddress() {
    return "127.0.0.1:" + ports.get(ports.size() - 1);
  }

  /** Everything that a node that does not run had. */
  void wipe(int nodeId) throws IOException {
    try (Stream<Path> all = Files.walk(directory.resolve("node-" + nodeId))) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** What a full disk may leave of a member of the quorum. */
  void loseVote(int nodeId) throws IOException {
    try (Stream<Path> files =
        Files.walk(directory.resolve("node-" + nodeId + "/metadata-quorum"))) {
      Path meta = files.filter(path -> path.endsWith("raft-meta")).findFirst().orElseThrow();
      Files.write(meta, new byte[0]);
    }
  }

  /** As a leader leaves it that died before others had what it had confirmed as EVENTUAL. */
  void appendToLog(int nodeId, byte[]... operations) {
    Path path = directory.resolve("node-" + nodeId + "/shards/0/log");
    JournalOptions options = new JournalOptions(4 << 20, 8 << 20, 1 << 20, 0, 16 << 20, 4 << 20, 0);
    try (ReplicaLog log = ChronicleLog.open(path, options)) {
      List<ReplicaLog.EpochStart> epochs = log.epochHistory();
      log.append(
          LogRecord.of(
              LogRecord.Type.DATA,
              epochs.get(epochs.size() - 1).epoch(),
              log.endOffset(),
              log.lastRecordCrc(),
              0,
              List.of(operations)));
      log.force();
    }
  }

  /** What a node that does not run has cut off. */
  List<String> cutOff(int nodeId) throws IOException {
    Path file = directory.resolve("node-" + nodeId + "/cut-off/shard-0.jsonl");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  FoundingRecord founding(int nodeId) throws IOException {
    return Objects.requireNonNull(
        FoundingRecord.readOrNull(directory.resolve("node-" + nodeId + "/metadata-quorum")));
  }

  Shard shard(CairnNode node) {
    return node.shards().get(0);
  }

  /** Of shard 0. */
  List<Integer> replicas() {
    ShardMetadata shard = metadata().shards().get(0);
    return shard == null ? List.of() : shard.replicas();
  }

  void startAll() {
    for (int nodeId = 1; nodeId <= size; nodeId++) {
      start(nodeId);
    }
  }

  void stop(int nodeId) {
    CairnNode node = nodes.remove(nodeId);
    if (node != null) {
      node.close();
    }
  }

  /** cluster.members with these alone. */
  String members(Integer... nodeIds) {
    String[] all = members.split(",", -1);
    return Arrays.stream(nodeIds).map(id -> all[id - 1]).collect(Collectors.joining(","));
  }

  /** Who agrees on the metadata, as a node knows that is one of them. */
  List<Integer> quorum(int nodeId) {
    return ((RatisMetadata) node(nodeId).metadataQuorum())
        .members().stream().map(RatisOptions.Peer::nodeId).sorted().toList();
  }

  /** As cluster.members names it. */
  String peerAddress(int nodeId) {
    return members.split(",", -1)[nodeId - 1].replaceAll("^\\d+=|/\\d+$", "");
  }

  CairnNode node(int nodeId) {
    return Objects.requireNonNull(nodes.get(nodeId));
  }

  ClusterMetadata metadata() {
    return nodes.values().stream()
        .map(node -> node.metadataQuorum().current())
        .max(Comparator.comparingLong(ClusterMetadata::version))
        .orElseThrow();
  }

  /** Of shard 0; 0 for none. */
  int leader() {
    ShardMetadata shard = metadata().shards().get(0);
    return shard == null ? 0 : shard.leader();
  }

  /** Of shard 0. */
  long epoch() {
    return Objects.requireNonNull(metadata().shards().get(0)).epoch();
  }

  /** Waits until every shard has a leader and so many in-sync replicas. */
  void awaitInSync(int replicas) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              ClusterMetadata metadata = metadata();
              return !metadata.shards().isEmpty()
                  && metadata.shards().values().stream()
                      .allMatch(shard -> shard.hasLeader() && shard.isr().size() == replicas);
            });
  }

  void awaitAlive(int nodeId, boolean alive) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              NodeMetadata node = metadata().nodes().get(nodeId);
              return node != null && node.alive() == alive;
            });
  }

  /** It may lose an election. */
  void makeController(int nodeId) {
    MetadataQuorum quorum = node(nodeId).metadataQuorum();
    await()
        .pollInterval(Duration.ofSeconds(1))
        .atMost(PATIENCE)
        .until(
            () -> {
              quorum.campaign();
              return quorum.isController();
            });
  }

  /** Succeeds, or the test fails. */
  void propose(MetadataChange change) {
    ChangeResult result = node(leader()).metadataQuorum().propose(change).join();
    if (!(result instanceof ChangeResult.Applied)) {
      throw new AssertionError(change + ": " + result);
    }
  }

  @Override
  public void close() {
    nodes.values().parallelStream().forEach(CairnNode::close);
    nodes.clear();
  }
}
