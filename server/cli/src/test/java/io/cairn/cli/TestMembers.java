package io.cairn.cli;

import static org.awaitility.Awaitility.await;

import io.cairn.node.CairnNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Nodes of one cluster in this process: three that agree on the metadata, and any others. */
final class TestMembers implements AutoCloseable {

  private static final int SIZE = 3;
  private static final int OTHERS = 2;

  private final Path directory;
  private final String members;

  /**
   * First two for each member, then one for the clients of each node, then one for the peers of
   * each other node. All at once: a port that the system chooses later may be one of these.
   */
  private final List<Integer> ports;

  private final Map<Integer, CairnNode> nodes = new TreeMap<>();

  TestMembers(Path directory) throws IOException {
    this.directory = directory;
    ports = freePorts();
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < SIZE; i++) {
      parts.add("%d=127.0.0.1:%d/%d".formatted(i + 1, ports.get(2 * i), ports.get(2 * i + 1)));
    }
    members = String.join(",", parts);
    for (int nodeId = 1; nodeId <= SIZE; nodeId++) {
      start(nodeId);
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> shell().run("cluster", "status").exitCode() == ExitCode.OK);
  }

  private static List<Integer> freePorts() throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    for (int i = 0; i < 3 * SIZE + 2 * OTHERS; i++) {
      sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
    }
    List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    return ports;
  }

  /** One of the three members, or one of two others, whose numbers follow. */
  CairnNode start(int nodeId) {
    Map<String, String> settings = new HashMap<>();
    settings.put("node-id", Integer.toString(nodeId));
    settings.put("listen", "127.0.0.1:" + ports.get(2 * SIZE + nodeId - 1));
    settings.put("shards", "2");
    settings.put("cluster.name", "test");
    settings.put("cluster.members", members);
    if (nodeId > SIZE) {
      settings.put("peer-listen", "127.0.0.1:" + ports.get(2 * SIZE + OTHERS + nodeId - 1));
    }
    settings.put("log.segment-size", "4MiB");
    settings.put("log.max-record", "1MiB");
    settings.put("limits.max-value", "512KiB");
    settings.put("limits.max-unapplied", "4MiB");
    settings.put("log.disk-reserve", "16MiB");
    CairnNode node = TestNode.start(directory.resolve("node-" + nodeId), settings);
    nodes.put(nodeId, node);
    return node;
  }

  CairnNode node(int nodeId) {
    return Objects.requireNonNull(nodes.get(nodeId));
  }

  /** A shell whose commands ask the first node. */
  TestShell shell() {
    return TestNode.shell(node(1));
  }

  @Override
  public void close() {
    nodes.values().parallelStream().forEach(CairnNode::close);
  }
}
