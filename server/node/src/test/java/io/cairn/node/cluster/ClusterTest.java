package io.cairn.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.cairn.node.CairnNode;
import io.cairn.v1.Consistency;
import io.cairn.v1.GetRequest;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.PutRequest;
import io.cairn.v1.PutResponse;
import io.cairn.v1.Value;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes in one process, over the real network, log and store. */
@Timeout(180)
class ClusterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path directory;

  @Test
  void whatIsConfirmedAsStrongOutlivesTheLeader() {
    try (TestCluster cluster = new TestCluster(directory, 3, Map.of())) {
      cluster.startAll();
      cluster.awaitInSync(3);
      int leader = cluster.leader();
      for (int i = 0; i < 100; i++) {
        put(cluster.node(leader), "key" + i, "value" + i);
      }
      for (int nodeId = 1; nodeId <= 3; nodeId++) {
        assertThat(get(cluster.node(nodeId), "key7", Consistency.CONSISTENCY_EVENTUAL))
            .isEqualTo("value7");
      }
      cluster.stop(leader);
      await().atMost(PATIENCE).until(() -> cluster.leader() != leader && cluster.leader() != 0);
      int next = cluster.leader();
      await()
          .atMost(PATIENCE)
          .ignoreExceptionsMatching(StatusRuntimeException.class::isInstance)
          .until(
              () ->
                  get(cluster.node(next), "key99", Consistency.CONSISTENCY_STRONG)
                      .equals("value99"));
      put(cluster.node(next), "key99", "other");
      cluster.start(leader);
      cluster.awaitInSync(3);
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  get(cluster.node(leader), "key99", Consistency.CONSISTENCY_EVENTUAL)
                      .equals("other"));
    }
  }

  /** Tries again while the node says that it does not serve yet. */
  private static void put(CairnNode node, String key, String value) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsMatching(StatusRuntimeException.class::isInstance)
        .until(() -> putOnce(node, key, value) != null);
  }

  private static PutResponse putOnce(CairnNode node, String key, String value) {
    return withStub(
        node,
        stub ->
            stub.put(
                PutRequest.newBuilder()
                    .setKey(ByteString.copyFromUtf8(key))
                    .setValue(ByteString.copyFromUtf8(value))
                    .build()));
  }

  private static String get(CairnNode node, String key, Consistency level) {
    Value value =
        withStub(
            node,
            stub ->
                stub.get(
                        GetRequest.newBuilder()
                            .setKey(ByteString.copyFromUtf8(key))
                            .setConsistency(level)
                            .build())
                    .getValue());
    return value.getData().toStringUtf8();
  }

  private static <T> T withStub(
      CairnNode node, java.util.function.Function<KvGrpc.KvBlockingStub, T> call) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", node.ports().client()).usePlaintext().build();
    try {
      return call.apply(KvGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS));
    } finally {
      channel.shutdownNow();
    }
  }
}
