package io.cairn.client;

import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A client of fake nodes, with a timer of its own. Everything happens on the test's thread. */
final class ClientFixture implements AutoCloseable {

  static final long CLIENT_ID = 77;

  final FakeCluster cluster;
  final List<FakeNode> nodes;
  final ManualTimer timer = new ManualTimer();
  final Map<String, ManagedChannel> channels = new HashMap<>();
  final Nodes known;
  final CairnClient client;

  private ClientFixture(FakeCluster cluster, int seeds, ClientOptions options) {
    this.cluster = cluster;
    this.nodes = cluster.nodes;
    this.known =
        new Nodes(nodes.subList(0, seeds).stream().map(this::target).toList(), this::targetOrNull);
    client = new CairnClient(new Connection(known, options, timer, () -> 0.5, CLIENT_ID));
  }

  /** A cluster with one shard, which the first node leads. */
  ClientFixture(int nodeCount, ClientOptions options) throws IOException {
    this(cluster(nodeCount, 1), nodeCount, options);
  }

  static ClientFixture of(int nodeCount, boolean pipelining) throws IOException {
    return new ClientFixture(nodeCount, options(30, 10, pipelining));
  }

  /**
   * A cluster of which the first node leads all shards.
   *
   * @param seeds how many of the nodes the client is told of
   */
  static ClientFixture of(int nodeCount, int shards, int seeds, boolean pipelining)
      throws IOException {
    return new ClientFixture(
        cluster(nodeCount, shards), seeds, options(Integer.MAX_VALUE, 100, pipelining));
  }

  static FakeCluster cluster(int nodeCount, int shards) throws IOException {
    FakeCluster cluster = new FakeCluster(shards);
    for (int i = 0; i < nodeCount; i++) {
      cluster.nodes.add(new FakeNode("node" + i, cluster));
    }
    return cluster;
  }

  private Node target(FakeNode node) {
    String address = node.address;
    return new Node(
        address,
        () -> {
          ManagedChannel channel = node.channel();
          channels.put(address, channel);
          return channel;
        },
        timer);
  }

  private @Nullable Node targetOrNull(String address) {
    return nodes.stream()
        .filter(node -> node.address.equals(address))
        .findFirst()
        .map(this::target)
        .orElse(null);
  }

  static ClientOptions options(int maxAttempts, int maxOutstanding, boolean pipelining) {
    return new ClientOptions(
        ConsistencyLevel.STRONG,
        Duration.ofSeconds(5),
        Duration.ofSeconds(15),
        maxAttempts,
        maxOutstanding,
        pipelining);
  }

  FakeNode node() {
    return nodes.get(0);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A key of a shard. */
  byte[] keyIn(int shard) {
    for (int i = 0; ; i++) {
      byte[] key = bytes("key" + i);
      if (cluster.shardOf(com.google.protobuf.ByteString.copyFrom(key)) == shard) {
        return key;
      }
    }
  }

  @Override
  public void close() {
    client.close();
    nodes.forEach(FakeNode::close);
  }
}
