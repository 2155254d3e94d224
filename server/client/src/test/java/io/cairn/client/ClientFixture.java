package io.cairn.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A client of fake nodes, with a timer of its own. Everything happens on the test's thread. */
final class ClientFixture implements AutoCloseable {

  static final long CLIENT_ID = 77;

  final List<FakeNode> nodes = new ArrayList<>();
  final ManualTimer timer = new ManualTimer();
  final CairnClient client;

  ClientFixture(int nodeCount, ClientOptions options) throws IOException {
    List<Nodes.Node> targets = new ArrayList<>();
    for (int i = 0; i < nodeCount; i++) {
      FakeNode node = new FakeNode();
      nodes.add(node);
      targets.add(new Nodes.Node("node" + i, node.channel()));
    }
    client =
        new CairnClient(
            new Connection(new Nodes(targets, timer), options, timer, () -> 0.5, CLIENT_ID));
  }

  static ClientFixture of(int nodeCount) throws IOException {
    return new ClientFixture(nodeCount, options(30, 10));
  }

  static ClientOptions options(int maxAttempts, int maxOutstanding) {
    return new ClientOptions(
        ConsistencyLevel.STRONG,
        Duration.ofSeconds(5),
        Duration.ofSeconds(15),
        maxAttempts,
        maxOutstanding);
  }

  FakeNode node() {
    return nodes.get(0);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    client.close();
    nodes.forEach(FakeNode::close);
  }
}
