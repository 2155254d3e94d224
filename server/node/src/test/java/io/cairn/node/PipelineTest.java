package io.cairn.node;

import static io.cairn.node.PipelineCaller.get;
import static io.cairn.node.PipelineCaller.put;
import static io.cairn.node.TestNodes.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.v1.ClearRequest;
import io.cairn.v1.Consistency;
import io.cairn.v1.DeleteRequest;
import io.cairn.v1.ExistsRequest;
import io.cairn.v1.GetRequest;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.MultiGetRequest;
import io.cairn.v1.PipelineAnswer;
import io.cairn.v1.PipelineOperation;
import io.cairn.v1.PutRequest;
import io.cairn.v1.WriteOutcome;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The rules of a pipelined stream, one after the other. */
@Timeout(120)
class PipelineTest {
  private static final int LIMIT = 1 << 20;

  @TempDir Path directory;

  private final AtomicReference<FailingEngines> engines = new AtomicReference<>();
  private CairnNode node;
  private ManagedChannel channel;
  private PipelineCaller caller;

  @BeforeEach
  void start() {
    node = FailingEngines.start(directory, Map.of("limits.max-pipelined", "1MiB"), engines);
    channel = TestNodes.channel(node);
    caller = PipelineCaller.open(channel);
  }

  @AfterEach
  void stop() throws InterruptedException {
    TestNodes.close(channel);
    node.close();
  }

  /** Until the latch is open no write is confirmed. */
  private CountDownLatch holdWrites() {
    CountDownLatch held = new CountDownLatch(1);
    Objects.requireNonNull(engines.get()).holdForces(held);
    return held;
  }

  @Test
  void theFirstResponseTellsTheLimits() throws Exception {
    var limits = caller.first.get(30, TimeUnit.SECONDS).getLimits();

    assertThat(limits.getMaxUnansweredBytes()).isEqualTo(LIMIT);
    assertThat(limits.getMaxMessageBytes()).isEqualTo(node.config().limits().maxMessageBytes());
  }

  @Test
  void everyOperationIsAnsweredAsItsCallIs() throws Exception {
    caller.send(put(1, "a", "1"));
    long version = caller.next().getPut().getVersion();
    caller.send(get(2, "a"));
    var value = caller.next().getGet().getValue();
    assertThat(value.getData()).isEqualTo(bytes("1"));
    assertThat(value.getVersion()).isEqualTo(version);
    caller.send(
        PipelineOperation.newBuilder()
            .setId(3)
            .setExists(ExistsRequest.newBuilder().setKey(bytes("b"))));
    assertThat(caller.next().getExists().getExists()).isFalse();
    caller.send(
        PipelineOperation.newBuilder()
            .setId(4)
            .setMultiGet(MultiGetRequest.newBuilder().addKeys(bytes("b")).addKeys(bytes("a"))));
    assertThat(caller.next().getMultiGet().getValuesList())
        .extracting(found -> found.hasValue())
        .containsExactly(false, true);
    caller.send(
        PipelineOperation.newBuilder()
            .setId(5)
            .setDelete(DeleteRequest.newBuilder().setKey(bytes("a"))));
    assertThat(caller.next().getDelete().getVersion()).isGreaterThan(version);
    caller.send(put(6, "c", "2"));
    caller.next();
    caller.send(
        PipelineOperation.newBuilder().setId(7).setClear(ClearRequest.getDefaultInstance()));
    assertThat(caller.next().hasClear()).isTrue();
    assertThat(TestNodes.get(KvGrpc.newBlockingStub(channel), "c")).isEqualTo("(absent)");
    assertThat(counted("put")).isEqualTo(2);
    assertThat(counted("get")).isEqualTo(2);
    assertThat(counted("exists")).isEqualTo(1);
    assertThat(counted("multi_get")).isEqualTo(1);
    assertThat(counted("delete")).isEqualTo(1);
    assertThat(counted("clear")).isEqualTo(1);
  }

  @Test
  void whatFailsIsNotCountedWithWhatSucceeds() throws Exception {
    caller.send(put(1, "", "no key"), put(2, "a", "1"));
    caller.next();
    caller.next();

    assertThat(counted("put")).isEqualTo(1);
  }

  private double counted(String call) throws Exception {
    return TestNodes.metric(node, "cairn_call_seconds_count{call=\"" + call + "\"}");
  }

  @Test
  void whatIsReadyFirstIsAnsweredFirst() throws Exception {
    CountDownLatch held = holdWrites();
    caller.send(put(1, "slow", "1"), get(2, "other"));

    assertThat(caller.next().getId()).isEqualTo(2);
    held.countDown();
    assertThat(caller.next().getId()).isEqualTo(1);
  }

  @Test
  void anOperationThatFailsEndsNothingElse() throws Exception {
    caller.send(put(1, "", "no key"), put(2, "a", "1"));

    List<PipelineAnswer> both = caller.next(2);
    FailureStatus failure = FailureStatus.read(both.get(0).getFailure());
    assertThat(failure.failure()).isEqualTo(Failure.KEY_EMPTY);
    assertThat(failure.writeOutcome()).isEqualTo(WriteOutcome.WRITE_OUTCOME_NOT_APPLIED);
    assertThat(both.get(1).hasPut()).isTrue();
    caller.send(get(3, "a"));
    assertThat(caller.next().getGet().getValue().getData()).isEqualTo(bytes("1"));
    assertThat(TestNodes.metric(node, "cairn_refused_total{reason=\"KEY_EMPTY\"}")).isEqualTo(1);
  }

  @Test
  void whatTheLimitLeavesNoRoomForIsRefusedAndNotDone() throws Exception {
    CountDownLatch held = holdWrites();
    ByteString large = ByteString.copyFrom(new byte[LIMIT * 3 / 4]);
    PutRequest first = PutRequest.newBuilder().setKey(bytes("a")).setValue(large).build();
    caller.send(put(1, first));
    caller.send(put(2, first.toBuilder().setKey(bytes("b")).build()), get(3, "c"));

    FailureStatus failure = caller.nextFailure(2);
    assertThat(failure.failure()).isEqualTo(Failure.OVERLOADED);
    assertThat(failure.message()).contains("limits.max-pipelined");
    assertThat(failure.writeOutcome()).isEqualTo(WriteOutcome.WRITE_OUTCOME_NOT_APPLIED);
    assertThat(caller.next().getId()).isEqualTo(3);
    held.countDown();
    assertThat(caller.next().hasPut()).isTrue();
    caller.send(put(4, first), get(5, "b"));
    assertThat(caller.next(2))
        .allSatisfy(answer -> assertThat(answer.hasFailure()).isFalse())
        .allSatisfy(answer -> assertThat(answer.getGet().hasValue()).isFalse());
  }

  @Test
  void oneByItselfAlwaysHasRoom() throws Exception {
    PutRequest beyond =
        PutRequest.newBuilder()
            .setKey(bytes("a"))
            .setValue(ByteString.copyFrom(new byte[LIMIT]))
            .build();
    caller.send(put(1, beyond));

    assertThat(caller.next().hasPut()).isTrue();
  }

  @Test
  void afterItsTimeAnOperationIsAnsweredAndItsIdIsFree() throws Exception {
    CountDownLatch held = holdWrites();
    caller.send(put(1, "a", "1").setTimeoutMillis(50));

    FailureStatus failure = caller.nextFailure(1);
    assertThat(failure.failure()).isEqualTo(Failure.DEADLINE_EXCEEDED);
    caller.send(get(1, "b"));
    assertThat(caller.next().hasGet()).isTrue();
    held.countDown();
    caller.send(put(2, "c", "2").setTimeoutMillis(600_000));
    assertThat(caller.next().getId()).isEqualTo(2);
    assertThat(TestNodes.get(KvGrpc.newBlockingStub(channel), "a")).isEqualTo("1");
    assertThat(caller.answers).isEmpty();
  }

  @Test
  void anOperationWithoutARequestIsAnsweredAsSuch() throws Exception {
    caller.send(PipelineOperation.newBuilder().setId(1), get(2, "a"));

    FailureStatus failure = caller.nextFailure(1);
    assertThat(failure.failure()).isEqualTo(Failure.INVALID_OPERATION);
    assertThat(failure.writeOutcome()).isEqualTo(WriteOutcome.WRITE_OUTCOME_NOT_APPLIED);
    assertThat(caller.next().getId()).isEqualTo(2);
  }

  @Test
  void anOperationWithoutAnIdEndsTheStream() throws Exception {
    caller.send(get(0, "a"));

    FailureStatus failure = caller.failure();
    assertThat(failure.failure().code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(failure.message()).isEqualTo("An operation has no id.");
  }

  @Test
  void anIdThatIsInUseEndsTheStreamAndWhatHadBegunIsDone() throws Exception {
    CountDownLatch held = holdWrites();
    caller.send(put(7, "a", "1"));
    caller.send(put(7, "b", "2"));

    FailureStatus failure = caller.failure();
    assertThat(failure.failure().code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(failure.message()).contains("The id 7 came again");
    held.countDown();
    KvGrpc.KvBlockingStub kv = KvGrpc.newBlockingStub(channel);
    kv.put(TestNodes.put("later", "3"));
    assertThat(TestNodes.get(kv, "a")).isEqualTo("1");
    assertThat(TestNodes.get(kv, "b")).isEqualTo("(absent)");
    await().untilAsserted(() -> assertThat(TestNodes.inFlightBytes(node)).isZero());
    assertThat(TestNodes.metric(node, "cairn_pipelines_open")).isZero();
  }

  @Test
  void whatIsConfirmedTogetherLeavesTogether() throws Exception {
    CountDownLatch held = holdWrites();
    int puts = 200;
    caller.send(
        LongStream.rangeClosed(1, puts)
            .mapToObj(id -> put(id, "key" + id, "value"))
            .toArray(PipelineOperation.Builder[]::new));
    held.countDown();

    assertThat(caller.next(puts)).extracting(PipelineAnswer::getId).doesNotHaveDuplicates();
    assertThat(caller.messages.get()).isLessThanOrEqualTo(5);
  }

  @Test
  void aHalfClosedStreamIsAnsweredToItsEnd() throws Exception {
    CountDownLatch held = holdWrites();
    caller.send(put(1, "a", "1"));
    caller.call().onCompleted();
    assertThat(caller.end).isNotDone();
    held.countDown();

    assertThat(caller.next().hasPut()).isTrue();
    assertThat(caller.end.get(30, TimeUnit.SECONDS)).isNull();
  }

  @Test
  void aStreamThatIsCancelledGivesEverythingBack() throws Exception {
    CountDownLatch held = holdWrites();
    caller.send(put(1, "a", "1"), put(2, "b", "2"));
    await().untilAsserted(() -> assertThat(TestNodes.inFlightBytes(node)).isPositive());

    caller.call().cancel("enough", null);
    held.countDown();

    await().untilAsserted(() -> assertThat(TestNodes.inFlightBytes(node)).isZero());
    assertThat(TestNodes.metric(node, "cairn_pipelines_open")).isZero();
  }

  @Test
  void aClientThatDoesNotReadIsNotReadEither() throws Exception {
    ByteString value = ByteString.copyFrom(new byte[32 << 10]);
    KvGrpc.newBlockingStub(channel)
        .put(PutRequest.newBuilder().setKey(bytes("a")).setValue(value).build());
    PipelineCaller slow = PipelineCaller.open(channel, 1);
    slow.first.get(30, TimeUnit.SECONDS);
    int gets = 200;
    for (int id = 1; id <= gets; id++) {
      // Large requests, so that the network's buffers are soon full of them
      slow.send(
          get(id, "a"),
          PipelineOperation.newBuilder()
              .setId(gets + id)
              .setGet(
                  GetRequest.newBuilder()
                      .setKey(ByteString.copyFrom(new byte[32 << 10]))
                      .setConsistency(Consistency.CONSISTENCY_EVENTUAL)));
    }
    // The node has stopped reading.
    await().during(Duration.ofMillis(500)).until(() -> !slow.call().isReady());
    await()
        .untilAsserted(
            () -> assertThat(TestNodes.inFlightBytes(node)).isLessThan(2 * value.size()));
    assertThat(slow.answers).isEmpty();

    slow.call().request(Integer.MAX_VALUE);
    Set<Long> ids = new HashSet<>();
    for (PipelineAnswer answer : slow.next(2 * gets)) {
      assertThat(answer.hasGet()).isTrue();
      ids.add(answer.getId());
    }
    assertThat(ids).hasSize(2 * gets);
  }

  @Test
  void aNodeThatStopsAnswersWhatIsUnderWayAndRefusesTheRest() throws Exception {
    CountDownLatch held = holdWrites();
    caller.send(put(1, "a", "1"));
    await().untilAsserted(() -> assertThat(TestNodes.inFlightBytes(node)).isPositive());
    CompletableFuture<Void> closing = CompletableFuture.runAsync(node::close);
    await()
        .until(
            () -> {
              caller.send(get(2, "b"));
              PipelineAnswer answer = caller.next();
              return answer.getId() == 2
                  && FailureStatus.read(answer.getFailure()).failure() == Failure.SHUTTING_DOWN;
            });
    held.countDown();

    assertThat(caller.next().hasPut()).isTrue();
    assertThat(caller.failure().failure()).isEqualTo(Failure.SHUTTING_DOWN);
    closing.get(60, TimeUnit.SECONDS);
  }
}
