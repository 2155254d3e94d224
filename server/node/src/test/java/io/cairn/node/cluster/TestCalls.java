package io.cairn.node.cluster;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.cairn.node.CairnNode;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.v1.Consistency;
import io.cairn.v1.GetRequest;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.PutRequest;
import io.cairn.v1.PutResponse;
import io.cairn.v1.Value;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** What clients ask the nodes of a test. */
final class TestCalls {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private TestCalls() {}

  /** Tries again while the node says that it does not serve yet. */
  static void put(CairnNode node, String key, String value) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsMatching(StatusRuntimeException.class::isInstance)
        .until(() -> putOnce(node, key, value) != null);
  }

  /** At each attempt to whichever node leads then. */
  static void put(TestCluster cluster, String key, String value) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsMatching(StatusRuntimeException.class::isInstance)
        .until(
            () -> {
              int leader = cluster.leader();
              return leader != NodeMetadata.NONE
                  && putOnce(cluster.node(leader), key, value) != null;
            });
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

  static String get(CairnNode node, String key, Consistency level) {
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

  private static <T> T withStub(CairnNode node, Function<KvGrpc.KvBlockingStub, T> call) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", node.ports().client()).usePlaintext().build();
    try {
      return call.apply(KvGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS));
    } finally {
      channel.shutdownNow();
    }
  }
}
