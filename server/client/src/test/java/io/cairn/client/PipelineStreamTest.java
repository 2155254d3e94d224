package io.cairn.client;

import static io.cairn.client.ClientFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.api.Pipelining;
import io.cairn.v1.GetRequest;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.PipelineAnswer;
import io.cairn.v1.PipelineLimits;
import io.cairn.v1.PipelineOperation;
import io.cairn.v1.PipelineRequest;
import io.cairn.v1.PipelineResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes over a stream and when, towards a node that does as the test says. */
class PipelineStreamTest {

  private static final byte[] KEY = bytes("key");
  private static final byte[] VALUE = bytes("value");

  private FakeCluster cluster;
  private FakeNode described;
  private ByHand byHand;
  private Server server;
  private CairnClient client;
  private AsyncCairnClient async;

  /** Answers when it is told to. */
  private static final class ByHand extends KvGrpc.KvImplBase {
    final List<List<PipelineOperation>> messages = new ArrayList<>();
    boolean reads = true;
    int streams;
    @Nullable ServerCallStreamObserver<PipelineResponse> stream;

    ServerCallStreamObserver<PipelineResponse> stream() {
      return Objects.requireNonNull(stream);
    }

    List<PipelineOperation> operations() {
      return messages.stream().flatMap(List::stream).toList();
    }

    /** In one message. */
    void answer(PipelineOperation... operations) {
      PipelineResponse.Builder response = PipelineResponse.newBuilder();
      for (PipelineOperation operation : operations) {
        response.addAnswers(
            PipelineAnswer.newBuilder()
                .setId(operation.getId())
                .setGet(io.cairn.v1.GetResponse.getDefaultInstance()));
      }
      stream().onNext(response.build());
    }

    @Override
    public StreamObserver<PipelineRequest> pipeline(StreamObserver<PipelineResponse> observer) {
      ServerCallStreamObserver<PipelineResponse> opened =
          (ServerCallStreamObserver<PipelineResponse>) observer;
      streams++;
      stream = opened;
      opened.setOnCancelHandler(() -> {});
      opened.disableAutoRequest();
      opened.request(1);
      return new StreamObserver<>() {
        @Override
        public void onNext(PipelineRequest request) {
          messages.add(request.getOperationsList());
          if (reads) {
            opened.request(1);
          }
        }

        @Override
        public void onError(Throwable thrown) {}

        @Override
        public void onCompleted() {
          opened.onCompleted();
        }
      };
    }
  }

  @BeforeEach
  void start() throws IOException {
    cluster = ClientFixture.cluster(1, 1);
    described = cluster.nodes.get(0);
    byHand = new ByHand();
    String name = InProcessServerBuilder.generateName();
    server =
        InProcessServerBuilder.forName(name)
            .directExecutor()
            .addService(byHand)
            .addService(described.clusterService())
            .build()
            .start();
    client =
        CairnClient.builder()
            .channel(() -> InProcessChannelBuilder.forName(name).directExecutor().build())
            .build();
    client.describe();
    async = client.async();
  }

  @AfterEach
  void stop() {
    client.close();
    server.shutdownNow();
    described.close();
  }

  private void limit(long maxUnansweredBytes) {
    byHand.stream()
        .onNext(
            PipelineResponse.newBuilder()
                .setLimits(
                    PipelineLimits.newBuilder()
                        .setMaxUnansweredBytes(maxUnansweredBytes)
                        .setMaxMessageBytes(4 << 20))
                .build());
  }

  private List<CompletableFuture<?>> gets(int count) {
    return IntStream.range(0, count)
        .<CompletableFuture<?>>mapToObj(i -> async.get(bytes("key" + i)))
        .toList();
  }

  @Test
  void oneByItselfIsSentAtOnce() {
    CompletableFuture<?> get = async.get(KEY);

    assertThat(byHand.messages).hasSize(1);
    byHand.answer(byHand.operations().get(0));
    assertThat(get).isCompleted();
  }

  @Test
  void whatComesWhileTheNetworkTakesNothingRidesInOneMessage() {
    byHand.reads = false;
    List<CompletableFuture<?>> gets = gets(30);
    assertThat(byHand.messages).hasSize(1);

    byHand.stream().request(1);

    assertThat(byHand.messages).hasSize(2);
    assertThat(byHand.messages.get(1)).hasSize(29);
    assertThat(byHand.operations()).extracting(PipelineOperation::getId).doesNotHaveDuplicates();
    assertThat(byHand.operations().stream().map(o -> o.getGet().getKey().toStringUtf8()))
        .containsExactlyElementsOf(IntStream.range(0, 30).mapToObj(i -> "key" + i).toList());
    assertThat(gets).noneMatch(CompletableFuture::isDone);
  }

  @Test
  void whatAnswersCauseRidesInOneMessage() {
    List<CompletableFuture<?>> next = new ArrayList<>();
    for (CompletableFuture<?> get : gets(20)) {
      var unused = get.thenRun(() -> next.add(async.get(KEY)));
    }
    int before = byHand.messages.size();

    byHand.answer(byHand.operations().toArray(new PipelineOperation[0]));

    assertThat(next).hasSize(20);
    assertThat(byHand.messages).hasSize(before + 1);
  }

  @Test
  void answersComeInAnyOrder() {
    List<CompletableFuture<?>> gets = gets(3);
    List<PipelineOperation> asked = byHand.operations();

    byHand.answer(asked.get(2));
    assertThat(gets).extracting(CompletableFuture::isDone).containsExactly(false, false, true);
    byHand.answer(asked.get(1), asked.get(0));
    assertThat(gets).allMatch(CompletableFuture::isDone);
  }

  @Test
  void noMoreIsUnansweredThanTheNodeAllows() {
    CompletableFuture<?> first = async.get(bytes("key0"));
    PipelineOperation one = byHand.operations().get(0);
    limit(3 * Pipelining.bytesOf(one));
    List<CompletableFuture<?>> others = gets(10);
    Set<Long> answered = new HashSet<>();

    assertThat(byHand.operations()).hasSize(3);
    for (int i = 0; i < 11; i++) {
      PipelineOperation next = byHand.operations().get(i);
      assertThat(answered.add(next.getId())).isTrue();
      byHand.answer(next);
      assertThat(byHand.operations()).hasSize(Math.min(11, i + 4));
    }
    assertThat(first).isCompleted();
    assertThat(others).allMatch(CompletableFuture::isDone);
  }

  @Test
  void oneThatIsLargerThanTheLimitGoesWhenItIsAlone() {
    CompletableFuture<?> first = async.get(KEY);
    limit(10);
    CompletableFuture<?> second = async.get(KEY);
    assertThat(byHand.operations()).hasSize(1);

    byHand.answer(byHand.operations().get(0));

    assertThat(first).isCompleted();
    assertThat(byHand.operations()).hasSize(2);
    assertThat(second).isNotDone();
  }

  @Test
  void aMessageIsBounded() {
    CompletableFuture<?> first = async.get(KEY);
    limit(1 << 20);
    byHand.reads = false;
    byHand.answer(byHand.operations().get(0));
    CompletableFuture<?> second = async.get(KEY);
    List<CompletableFuture<?>> many = gets(1000);
    byHand.reads = true;
    byHand.stream().request(1);

    assertThat(byHand.operations()).hasSize(1002);
    assertThat(byHand.messages)
        .allSatisfy(
            message ->
                assertThat(message.stream().mapToLong(Pipelining::bytesOf).sum())
                    .isLessThanOrEqualTo(32 << 10));
    assertThat(first).isDone();
    assertThat(second).isNotDone();
    assertThat(many).hasSize(1000);
  }

  @Test
  void whatIsCancelledBeforeItIsSentIsNeverSent() {
    byHand.reads = false;
    CompletableFuture<?> sent = async.get(bytes("sent"));
    CompletableFuture<?> cancelled = async.get(bytes("cancelled"));
    CompletableFuture<?> waiting = async.get(bytes("waiting"));

    assertThat(cancelled.cancel(true)).isTrue();
    byHand.stream().request(1);

    assertThat(byHand.operations().stream().map(o -> o.getGet().getKey().toStringUtf8()))
        .containsExactly("sent", "waiting");
    assertThat(Arrays.asList(sent, waiting)).noneMatch(CompletableFuture::isDone);
  }

  @Test
  void everyOperationSaysHowLongItsAnswerIsWaitedFor() {
    var unused = async.get(KEY);

    assertThat(byHand.operations().get(0).getTimeoutMillis()).isBetween(900, 1001);
  }

  @Test
  void aStreamThatEndsIsReplacedByTheNextOperation() {
    CompletableFuture<?> get = async.get(KEY);
    byHand.stream().onError(io.grpc.Status.UNAVAILABLE.asRuntimeException());

    org.awaitility.Awaitility.await().until(() -> byHand.operations().size() == 2);
    assertThat(byHand.streams).isEqualTo(2);
    byHand.answer(byHand.operations().get(1));
    assertThat(get).isCompleted();
  }

  @Test
  void anAnswerOfAnotherKindIsToldAsSuch() {
    CompletableFuture<Boolean> exists = async.exists(KEY);
    byHand.answer(byHand.operations().get(0)); // as if it were a get

    assertThat(exists.handle((value, error) -> String.valueOf(error)).join())
        .contains("answered something else than it was asked");
  }

  @Test
  void aNodeThatLeftIsLetGoWhenWhatItHasIsAnswered() throws IOException {
    try (FakeNode fake = new FakeNode()) {
      ManagedChannel channel = fake.channel();
      Node node = new Node("left", () -> channel, new ManualTimer());
      assertThat(node.pipeline().streamOrNull(10)).isNotNull();

      node.retire();

      assertThat(channel.isTerminated()).isTrue();
    }
  }

  @Test
  void aNodeThatKnowsNoStreamsIsCalledOneByOne() throws IOException {
    try (ClientFixture fixture = ClientFixture.of(1, true)) {
      fixture.node().knowsPipelines = false;

      fixture.client.put(KEY, VALUE);
      assertThat(fixture.client.get(KEY)).isNotNull();

      assertThat(fixture.node().requests).hasSize(2);
      assertThat(fixture.node().requests.get(1)).isInstanceOf(GetRequest.class);
      assertThat(fixture.node().pipelines).isEqualTo(1);
      assertThat(fixture.node().writeIds.get(0).getAttempt()).isEqualTo(1);
    }
  }

  @Test
  void aLargeRequestIsACallOfItsOwn() throws IOException {
    try (ClientFixture fixture = ClientFixture.of(1, true)) {
      fixture.client.put(KEY, new byte[100_000]);
      assertThat(fixture.node().pipelines).isZero();

      fixture.client.put(KEY, VALUE);
      fixture.client.delete(KEY);
      assertThat(fixture.node().pipelines).isEqualTo(1);
      assertThat(fixture.node().applied).isEqualTo(3);
    }
  }

  @Test
  void withoutPipeliningEveryRequestIsACallOfItsOwn() throws IOException {
    try (ClientFixture fixture = ClientFixture.of(1, false)) {
      fixture.client.put(KEY, VALUE);

      assertThat(fixture.node().pipelines).isZero();
    }
  }
}
