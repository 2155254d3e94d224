package io.cairn.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.api.FailureStatus;
import io.cairn.v1.GetRequest;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.PipelineAnswer;
import io.cairn.v1.PipelineOperation;
import io.cairn.v1.PipelineRequest;
import io.cairn.v1.PipelineResponse;
import io.cairn.v1.PutRequest;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The client's end of a pipelined stream, which obeys no rule unless the test does. */
final class PipelineCaller implements ClientResponseObserver<PipelineRequest, PipelineResponse> {
  private static final long WAIT_SECONDS = 30;

  final BlockingQueue<PipelineAnswer> answers = new LinkedBlockingQueue<>();
  final CompletableFuture<PipelineResponse> first = new CompletableFuture<>();

  /** Null inside when the node ended it well. */
  final CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();

  final AtomicInteger messages = new AtomicInteger();
  private final int initialMessages;
  private @Nullable ClientCallStreamObserver<PipelineRequest> call;

  private PipelineCaller(int initialMessages) {
    this.initialMessages = initialMessages;
  }

  /** Takes every answer. */
  static PipelineCaller open(ManagedChannel channel) {
    return open(channel, Integer.MAX_VALUE);
  }

  /** Takes no more messages than it asks for. */
  static PipelineCaller open(ManagedChannel channel, int initialMessages) {
    PipelineCaller caller = new PipelineCaller(initialMessages);
    var unusedIsTheCall = KvGrpc.newStub(channel).pipeline(caller);
    return caller;
  }

  ClientCallStreamObserver<PipelineRequest> call() {
    return Objects.requireNonNull(call);
  }

  /** All in one message. */
  void send(PipelineOperation.Builder... operations) {
    PipelineRequest.Builder request = PipelineRequest.newBuilder();
    Arrays.stream(operations).forEach(request::addOperations);
    call().onNext(request.build());
  }

  static PipelineOperation.Builder put(long id, String key, String value) {
    return put(id, TestNodes.put(key, value));
  }

  static PipelineOperation.Builder put(long id, PutRequest request) {
    return PipelineOperation.newBuilder().setId(id).setPut(request);
  }

  static PipelineOperation.Builder get(long id, String key) {
    return PipelineOperation.newBuilder()
        .setId(id)
        .setGet(GetRequest.newBuilder().setKey(TestNodes.bytes(key)));
  }

  PipelineAnswer next() throws InterruptedException {
    PipelineAnswer answer = answers.poll(WAIT_SECONDS, TimeUnit.SECONDS);
    assertThat(answer).as("an answer").isNotNull();
    return answer;
  }

  FailureStatus nextFailure(long id) throws InterruptedException {
    PipelineAnswer answer = next();
    assertThat(answer.getId()).isEqualTo(id);
    assertThat(answer.hasFailure()).as("it failed").isTrue();
    return FailureStatus.read(answer.getFailure());
  }

  List<PipelineAnswer> next(int count) throws InterruptedException {
    List<PipelineAnswer> all = new java.util.ArrayList<>();
    while (all.size() < count) {
      all.add(next());
    }
    return all;
  }

  FailureStatus failure() throws Exception {
    Throwable thrown = end.get(WAIT_SECONDS, TimeUnit.SECONDS);
    assertThat(thrown).as("the stream failed").isNotNull();
    return TestNodes.failureOf(thrown);
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<PipelineRequest> stream) {
    call = stream;
    stream.disableAutoRequestWithInitial(initialMessages);
  }

  @Override
  public void onNext(PipelineResponse response) {
    if (!first.complete(response)) {
      messages.incrementAndGet();
      answers.addAll(response.getAnswersList());
    }
  }

  @Override
  public void onError(Throwable thrown) {
    end.complete(thrown);
  }

  @Override
  public void onCompleted() {
    end.complete(null);
  }
}
