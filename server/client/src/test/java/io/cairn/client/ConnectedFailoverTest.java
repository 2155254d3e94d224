package io.cairn.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.v1.PutRequest;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Real connections and real time: three nodes, of which the client is told one. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class ConnectedFailoverTest {

  @Parameter boolean pipelining;

  private final List<Server> servers = new ArrayList<>();
  private FakeCluster cluster;
  private DistributedKVStore store;

  @BeforeEach
  void start() throws IOException {
    cluster = ClientFixture.cluster(3, 2);
    for (FakeNode node : cluster.nodes) {
      Server server =
          node.serve(
              NettyServerBuilder.forAddress(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
      node.address = "127.0.0.1:" + server.getPort();
      servers.add(server);
    }
    store =
        DistributedKVStore.over(
            CairnClient.builder()
                .endpoints(cluster.nodes.get(0).address)
                .pipelining(pipelining)
                .build());
  }

  @AfterEach
  void stop() {
    store.close();
    servers.forEach(Server::shutdownNow);
    cluster.nodes.forEach(FakeNode::close);
  }

  @Test
  void theLeaderIsFoundThroughAnyNode() {
    cluster.lead(0, 2);
    cluster.lead(1, 1);

    for (int i = 0; i < 20; i++) {
      store.put("key" + i, "value" + i);
    }

    assertThat(store.keys()).hasSize(20);
    assertThat(store.get("key7")).isEqualTo("value7");
    assertThat(cluster.nodes.get(0).requests).isEmpty();
    assertThat(cluster.nodes.get(1).requests).anyMatch(PutRequest.class::isInstance);
    store.clear();
    assertThat(store.keys()).isEmpty();
  }

  @Test
  void aLeaderThatIsKilledIsReplaced() throws Exception {
    cluster.leadAll(2);
    store.put("a", "b");
    servers.get(2).shutdownNow().awaitTermination();
    cluster.leadAll(1);

    store.put("a", "c");

    assertThat(store.get("a")).isEqualTo("c");
  }

  @Test
  void aLeaderThatHangsIsLeftLongBeforeTheDeadline() {
    cluster.leadAll(0);
    store.put("a", "b");
    FakeNode hanging = cluster.nodes.get(0);
    hanging.faults.add(
        (apply, caller) -> {
          cluster.leadAll(1);
          hanging.silence().strike(apply, caller);
        });
    for (int i = 0; i < 100; i++) {
      hanging.faults.add(hanging.silence());
      hanging.describeFaults.add(hanging.silence());
    }
    long beganNanos = System.nanoTime();

    store.put("a", "c");

    assertThat(Duration.ofNanos(System.nanoTime() - beganNanos))
        .isBetween(Duration.ofMillis(900), Duration.ofMillis(2900)); // the second would take 2 s
    assertThat(cluster.nodes.get(1).applied).isEqualTo(1);
    assertThat(cluster.nodes.get(1).writeIds.get(0).getAttempt()).isGreaterThan(1);
    assertThat(store.get("a", ConsistencyLevel.EVENTUAL)).isEqualTo("c");
  }
}
