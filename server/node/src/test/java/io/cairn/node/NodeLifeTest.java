package io.cairn.node;

import static io.cairn.node.TestNodes.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.client.spi.EmbeddedNode;
import io.cairn.client.spi.EmbeddedNodeProvider;
import io.cairn.node.data.NodeStartException;
import io.cairn.v1.KvGrpc;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Start and end. */
@Timeout(120)
class NodeLifeTest {
  @TempDir Path directory;

  @Test
  void closeLeavesNoThreadBehind() throws Exception {
    CairnNode node = TestNodes.start(directory, Map.of("shards", "2"));
    ManagedChannel channel = TestNodes.channel(node);
    KvGrpc.newBlockingStub(channel).put(put("k", "v"));
    assertThat(threads()).isNotEmpty();
    TestNodes.close(channel);
    node.close();
    node.close();
    node.awaitTermination();
    awaitNoThread();
  }

  /** An interrupt must not close a store under those who use it, nor get lost. */
  @Test
  void closeOnAnInterruptedThreadIsDoneInOrder() throws Exception {
    CairnNode node = TestNodes.start(directory, Map.of("shards", "2"));
    ManagedChannel channel = TestNodes.channel(node);
    KvGrpc.newBlockingStub(channel).put(put("k", "v"));
    TestNodes.close(channel);
    Thread.currentThread().interrupt();
    node.close();
    assertThat(Thread.interrupted()).isTrue();
    awaitNoThread();
    TestNodes.start(directory).close();
  }

  /** An event loop reports its end while its thread still has some instructions to go. */
  private static void awaitNoThread() {
    await().atMost(10, TimeUnit.SECONDS).until(() -> threads().isEmpty());
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("cairn"))
        .toList();
  }

  @Test
  void aPortThatIsTakenIsToldAndNothingIsLeftBehind() {
    try (CairnNode first = TestNodes.start(directory.resolve("a"))) {
      String taken = "127.0.0.1:" + first.ports().client();
      assertThatThrownBy(() -> TestNodes.start(directory.resolve("b"), Map.of("listen", taken)))
          .isInstanceOf(NodeStartException.class)
          .hasMessageContaining(taken);
      String metrics = "127.0.0.1:" + first.ports().metrics();
      assertThatThrownBy(
              () -> TestNodes.start(directory.resolve("b"), Map.of("metrics-listen", metrics)))
          .isInstanceOf(NodeStartException.class)
          .hasMessageContaining(metrics);
    }
    TestNodes.start(directory.resolve("b")).close();
    awaitNoThread();
  }

  @Test
  void aHostThatNobodyKnowsIsTold() {
    Map<String, String> listen = Map.of("listen", "no.such.host.invalid:0", "insecure", "true");
    assertThatThrownBy(() -> TestNodes.start(directory, listen))
        .isInstanceOf(NodeStartException.class)
        .hasMessageContaining("listen (no.such.host.invalid:0)")
        .hasMessageContaining("knows no host no.such.host.invalid");
    Map<String, String> metrics = Map.of("metrics-listen", "no.such.host.invalid:0");
    assertThatThrownBy(() -> TestNodes.start(directory, metrics))
        .isInstanceOf(NodeStartException.class)
        .hasMessageContaining("metrics-listen (no.such.host.invalid:0)")
        .hasMessageContaining("knows no host no.such.host.invalid");
  }

  @Test
  void theFirstLinesSayWhatAUserNeeds() {
    try (CairnNode node = TestNodes.start(directory)) {
      assertThat(node.firstLines())
          .hasSize(6)
          .anySatisfy(line -> assertThat(line).contains("Node        " + node.identity().nodeId()))
          .anySatisfy(line -> assertThat(line).contains(node.dataDirectory().toString()))
          .anySatisfy(line -> assertThat(line).contains("127.0.0.1:" + node.ports().client()))
          .anySatisfy(line -> assertThat(line).contains("cairn put"));
    }
  }

  @Test
  void anEmbeddedNodeKeepsItsDataAndLeavesNoThreadBehind() throws Exception {
    EmbeddedNodeProvider provider =
        ServiceLoader.load(EmbeddedNodeProvider.class).findFirst().orElseThrow();
    try (EmbeddedNode node = provider.start(directory)) {
      ManagedChannel channel = node.newChannel();
      KvGrpc.newBlockingStub(channel).put(put("k", "v"));
      TestNodes.close(channel);
    }
    awaitNoThread();
    try (EmbeddedNode node = provider.start(directory)) {
      ManagedChannel channel = node.newChannel();
      assertThat(TestNodes.get(KvGrpc.newBlockingStub(channel), "k")).isEqualTo("v");
      TestNodes.close(channel);
    }
  }
}
