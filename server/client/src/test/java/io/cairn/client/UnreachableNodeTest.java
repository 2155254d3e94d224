package io.cairn.client;

import static io.cairn.client.ClientFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.cairn.api.Failure;
import io.cairn.v1.WriteId;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Real connections: what a write that finds none says of itself, then and when there is one. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class UnreachableNodeTest {

  @Parameter boolean pipelining;

  private static final byte[] KEY = bytes("key");
  private static final byte[] VALUE = bytes("value");

  private FakeNode node;
  private Server server;
  private int port;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    node = new FakeNode();
    serve();
    port = server.getPort();
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().directExecutor().build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
    node.close();
  }

  private void serve() throws IOException {
    server =
        node.serve(
            NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
  }

  /** A client that knows the node, of which the next write's id is (2, 1001, 1). */
  private CairnClient client(int maxAttempts) {
    CairnClient client =
        CairnClient.builder()
            .channel(() -> channel)
            .maxAttempts(maxAttempts)
            .pipelining(pipelining)
            .build();
    client.put(KEY, VALUE);
    return client;
  }

  private void down() throws InterruptedException {
    server.shutdownNow().awaitTermination();
    await().until(() -> channel.getState(false) != ConnectivityState.READY);
  }

  /** From now on gRPC fails a request while it is being sent. */
  private void awaitThatGrpcKnows() {
    await().until(() -> channel.getState(true) == ConnectivityState.TRANSIENT_FAILURE);
  }

  private List<WriteId> lastWriteIds() {
    return node.writeIds.subList(1, node.writeIds.size());
  }

  private WriteId secondWrite(int attempt) {
    return WriteId.newBuilder()
        .setClientId(node.writeIds.get(0).getClientId())
        .setSequence(2)
        .setSeenOffset(1001)
        .setAttempt(attempt)
        .build();
  }

  @Test
  void aWriteBegunWhileTheNodeIsAwayIsAFirstAttemptWhenItIsBack() throws Exception {
    try (CairnClient client = client(1000)) {
      down();
      awaitThatGrpcKnows();

      CompletableFuture<Long> write = client.async().put(KEY, VALUE);
      serve();

      assertThat(write.get(10, TimeUnit.SECONDS)).isEqualTo(1001);
      assertThat(lastWriteIds()).containsExactly(secondWrite(1));
    }
  }

  @Test
  void aWriteThatFoundNoConnectionWasCertainlyNotApplied() throws Exception {
    try (CairnClient client = client(1)) {
      down();
      assertNotApplied(client); // gRPC keeps the request while it tries to connect
      awaitThatGrpcKnows();
      assertNotApplied(client); // gRPC does not even take it
    }
    assertThat(lastWriteIds()).isEmpty();
  }

  @Test
  void aWriteThatNeverFoundAConnectionIsNotInDoubtAfterManyAttempts() throws Exception {
    try (CairnClient client = client(4)) {
      down();
      awaitThatGrpcKnows();

      assertNotApplied(client);
    }
  }

  private static void assertNotApplied(CairnClient client) {
    CairnException thrown =
        catchThrowableOfType(CairnException.class, () -> client.put(KEY, VALUE));
    assertThat(thrown).isInstanceOf(UnavailableException.class);
    assertThat(thrown.reason()).isEqualTo(Failure.UNREACHABLE);
    assertThat(thrown.outcomeUnknown()).isFalse();
    assertThat(thrown).message().startsWith("Cannot reach ").doesNotContain("may or may not");
  }

  @Test
  void aWriteThatWasSentStaysInDoubtWhileTheNodeIsAway() throws Exception {
    try (CairnClient client = client(1000)) {
      CountDownLatch arrived = new CountDownLatch(1);
      node.faults.add((apply, caller) -> arrived.countDown());
      CompletableFuture<Long> write = client.async().put(KEY, VALUE);
      assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
      down();
      awaitThatGrpcKnows();
      serve();

      assertThat(write.get(10, TimeUnit.SECONDS)).isEqualTo(1001);
      assertThat(lastWriteIds()).hasSize(2).startsWith(secondWrite(1));
      WriteId last = lastWriteIds().get(1);
      assertThat(last.getAttempt()).isGreaterThan(1);
      assertThat(last).isEqualTo(secondWrite(last.getAttempt()));
    }
  }

  @Test
  void aClearThatFoundNoConnectionIsMadeWhenThereIsOne() throws Exception {
    try (CairnClient client = client(1000)) {
      down();
      awaitThatGrpcKnows();

      CompletableFuture<?> clear = client.async().clear(KeyRange.all(), ConsistencyLevel.STRONG);
      serve();

      clear.get(10, TimeUnit.SECONDS);
      assertThat(node.data).isEmpty();
    }
  }
}
