package io.cairn.node;

import static io.cairn.node.TestNodes.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.v1.ClearRequest;
import io.cairn.v1.ClusterGrpc;
import io.cairn.v1.DeleteRequest;
import io.cairn.v1.DescribeRequest;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.ExistsRequest;
import io.cairn.v1.GetRequest;
import io.cairn.v1.KeyRange;
import io.cairn.v1.KeysRequest;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.Limits;
import io.cairn.v1.MultiGetRequest;
import io.cairn.v1.NodeDescription;
import io.cairn.v1.NodeHealth;
import io.cairn.v1.PutRequest;
import io.cairn.v1.ScanRequest;
import io.cairn.v1.ShardDescription;
import io.cairn.v1.StatusRequest;
import io.cairn.v1.StatusResponse;
import io.cairn.v1.WriteId;
import io.cairn.v1.WriteOutcome;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Limits on every path, and the services around the key-value one; one node for all tests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RequestChecksTest {
  private static final ByteString LONG = ByteString.copyFrom(new byte[33]);

  private CairnNode node;
  private ManagedChannel channel;
  private KvGrpc.KvBlockingStub kv;

  @BeforeAll
  void start(@TempDir Path directory) {
    node =
        TestNodes.start(
            directory,
            Map.of(
                "limits.max-key", "32B",
                "limits.max-value", "2KiB",
                "limits.max-keys", "5",
                "limits.max-message", "4KiB",
                "shards", "2"));
    channel = TestNodes.channel(node);
    kv = KvGrpc.newBlockingStub(channel);
  }

  @AfterAll
  void stop() throws InterruptedException {
    TestNodes.close(channel);
    node.close();
  }

  @Test
  void theEmptyKeyIsRefusedOnEveryPath() {
    refusedWrite(Failure.KEY_EMPTY, () -> kv.put(PutRequest.getDefaultInstance()));
    refusedWrite(Failure.KEY_EMPTY, () -> kv.delete(DeleteRequest.getDefaultInstance()));
    refused(Failure.KEY_EMPTY, () -> kv.get(GetRequest.getDefaultInstance()));
    refused(Failure.KEY_EMPTY, () -> kv.exists(ExistsRequest.getDefaultInstance()));
    refused(
        Failure.KEY_EMPTY,
        () -> kv.multiGet(MultiGetRequest.newBuilder().addKeys(ByteString.EMPTY).build()));
  }

  @Test
  void aLongKeyIsRefusedOnEveryPath() {
    KeyRange range = KeyRange.newBuilder().setStart(LONG).build();
    refusedWrite(Failure.KEY_TOO_LARGE, () -> kv.put(PutRequest.newBuilder().setKey(LONG).build()));
    refusedWrite(
        Failure.KEY_TOO_LARGE, () -> kv.delete(DeleteRequest.newBuilder().setKey(LONG).build()));
    refusedWrite(
        Failure.KEY_TOO_LARGE, () -> kv.clear(ClearRequest.newBuilder().setRange(range).build()));
    refused(Failure.KEY_TOO_LARGE, () -> kv.get(GetRequest.newBuilder().setKey(LONG).build()));
    refused(
        Failure.KEY_TOO_LARGE, () -> kv.exists(ExistsRequest.newBuilder().setKey(LONG).build()));
    refused(
        Failure.KEY_TOO_LARGE,
        () -> kv.multiGet(MultiGetRequest.newBuilder().addKeys(LONG).build()));
    refused(
        Failure.KEY_TOO_LARGE,
        () -> kv.scan(ScanRequest.newBuilder().setRange(range).build()).next());
    refused(
        Failure.KEY_TOO_LARGE,
        () -> kv.keys(KeysRequest.newBuilder().setAfter(LONG).build()).next());
    FailureStatus status =
        refused(Failure.KEY_TOO_LARGE, () -> kv.get(GetRequest.newBuilder().setKey(LONG).build()));
    assertThat(status.message()).contains("33 bytes", "32");
  }

  @Test
  void theLargestKeyAndValueAreTaken() {
    ByteString key = LONG.substring(1);
    ByteString value = ByteString.copyFrom(new byte[2048]);
    kv.put(PutRequest.newBuilder().setKey(key).setValue(value).build());
    assertThat(kv.get(GetRequest.newBuilder().setKey(key).build()).getValue().getData())
        .isEqualTo(value);
    refusedWrite(
        Failure.VALUE_TOO_LARGE,
        () ->
            kv.put(PutRequest.newBuilder().setKey(key).setValue(value.concat(bytes("x"))).build()));
    refused(
        Failure.ANSWER_TOO_LARGE,
        () -> kv.multiGet(MultiGetRequest.newBuilder().addKeys(key).addKeys(key).build()));
    kv.delete(DeleteRequest.newBuilder().setKey(key).build());
  }

  @Test
  void anEmptyValueIsAValue() {
    kv.put(PutRequest.newBuilder().setKey(bytes("empty")).build());
    var response = kv.get(GetRequest.newBuilder().setKey(bytes("empty")).build());
    assertThat(response.hasValue()).isTrue();
    assertThat(response.getValue().getData()).isEqualTo(ByteString.EMPTY);
  }

  @Test
  void otherMistakesHaveTheirReasons() {
    MultiGetRequest.Builder many = MultiGetRequest.newBuilder();
    for (int i = 0; i < 6; i++) {
      many.addKeys(bytes("k"));
    }
    refused(Failure.TOO_MANY_KEYS, () -> kv.multiGet(many.build()));
    refused(
        Failure.INVALID_CONSISTENCY,
        () -> kv.get(GetRequest.newBuilder().setKey(bytes("k")).setConsistencyValue(9).build()));
    refusedWrite(
        Failure.INVALID_WRITE_ID,
        () ->
            kv.put(
                PutRequest.newBuilder()
                    .setKey(bytes("k"))
                    .setWriteId(WriteId.newBuilder().setAttempt(1))
                    .build()));
    KeyRange inverted = KeyRange.newBuilder().setStart(bytes("b")).setEnd(bytes("a")).build();
    refused(
        Failure.INVALID_RANGE,
        () -> kv.scan(ScanRequest.newBuilder().setRange(inverted).build()).next());
    refusedWrite(
        Failure.INVALID_RANGE,
        () -> kv.clear(ClearRequest.newBuilder().setRange(inverted).build()));
    KeyRange both = KeyRange.newBuilder().setStart(bytes("b")).setPrefix(bytes("a")).build();
    refused(
        Failure.INVALID_RANGE,
        () -> kv.keys(KeysRequest.newBuilder().setRange(both).build()).next());
  }

  @Test
  void aWriteSentAgainIsAppliedOnce() {
    PutRequest.Builder put = PutRequest.newBuilder().setKey(bytes("once")).setValue(bytes("first"));
    WriteId.Builder id = WriteId.newBuilder().setClientId(77).setSequence(1).setSeenOffset(0);
    long version = kv.put(put.setWriteId(id.setAttempt(1)).build()).getVersion();
    assertThat(kv.put(put.setWriteId(id.setAttempt(2)).build()).getVersion()).isEqualTo(version);
  }

  @Test
  void statusTellsLimitsShardsAndHealth() {
    StatusResponse status =
        ClusterGrpc.newBlockingStub(channel).status(StatusRequest.getDefaultInstance());
    assertThat(status.getHealth()).isEqualTo(NodeHealth.NODE_HEALTH_SERVING);
    assertThat(status.getLimits())
        .isEqualTo(
            Limits.newBuilder()
                .setMaxKeyBytes(32)
                .setMaxValueBytes(2048)
                .setMaxKeysPerRequest(5)
                .setMaxMessageBytes(4096)
                .setMaxInFlightBytes(64 << 20)
                .build());
    assertThat(status.getShardsCount()).isEqualTo(2);
    assertThat(status.getShards(1).getShard()).isEqualTo(1);
    assertThat(status.getShards(1).getRole()).isEqualTo("LEADER");
    assertThat(status.getShards(1).getEpoch()).isPositive();
    assertThat(status.getShards(1).getLogBytes()).isPositive();
    assertThat(status.getDataDirectory()).isEqualTo(node.dataDirectory().toString());
    assertThat(status.getHeader().getClusterId()).hasSize(32);
    assertThat(status.getDisk().getTotalBytes()).isPositive();
    assertThat(status.getProblemsList()).isEqualTo(node.problems());
  }

  @Test
  void aNodeByItselfIsDescribedAsTheLeaderOfAllItsShards() {
    StatusResponse status =
        ClusterGrpc.newBlockingStub(channel).status(StatusRequest.getDefaultInstance());
    DescribeResponse description =
        ClusterGrpc.newBlockingStub(channel).describe(DescribeRequest.getDefaultInstance());

    assertThat(description.getHeader()).isEqualTo(status.getHeader());
    assertThat(description.getLimits()).isEqualTo(status.getLimits());
    assertThat(description.getNodesList())
        .extracting(NodeDescription::getNodeId)
        .containsExactly(1);
    assertThat(description.getNodes(0).getAlive()).isTrue();
    assertThat(description.getShardsList())
        .extracting(ShardDescription::getShard, ShardDescription::getLeader)
        .containsExactly(tuple(0, 1), tuple(1, 1));
    assertThat(description.getShards(1).getEpoch()).isEqualTo(status.getShards(1).getEpoch());
    assertThat(description.getShards(1).getHighWatermark())
        .isEqualTo(status.getShards(1).getHighWatermark());
  }

  @Test
  void healthAndReflectionAnswer() throws Exception {
    for (String service : new String[] {"", KvGrpc.SERVICE_NAME, ClusterGrpc.SERVICE_NAME}) {
      assertThat(
              HealthGrpc.newBlockingStub(channel)
                  .check(HealthCheckRequest.newBuilder().setService(service).build())
                  .getStatus())
          .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
    }
    CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> requests =
        ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable error) {
                    answer.completeExceptionally(error);
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    assertThat(answer.get(30, TimeUnit.SECONDS).getListServicesResponse().getServiceList())
        .extracting("name")
        .contains(KvGrpc.SERVICE_NAME, ClusterGrpc.SERVICE_NAME);
    requests.onCompleted();
  }

  @Test
  void httpTellsMetricsAndHealth() throws Exception {
    for (int i = 0; i < 20; i++) {
      kv.put(TestNodes.put("measured" + i, "v"));
    }
    assertThat(TestNodes.get(kv, "measured0")).isEqualTo("v");
    refused(Failure.KEY_EMPTY, () -> kv.get(GetRequest.getDefaultInstance()));

    assertThat(TestNodes.http(node, "/livez").body()).isEqualTo("ok\n");
    assertThat(TestNodes.http(node, "/readyz").statusCode()).isEqualTo(200);
    HttpResponse<String> page = TestNodes.http(node, "/metrics");
    assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
    for (int shard = 0; shard < 2; shard++) {
      for (String stage : List.of("append", "fsync", "apply")) {
        String labels = "{shard=\"" + shard + "\",stage=\"" + stage + "\"}";
        assertThat(TestNodes.metric(node, "cairn_stage_seconds_count" + labels)).isPositive();
      }
    }
    assertThat(TestNodes.metric(node, "cairn_call_seconds_count{call=\"put\"}"))
        .isGreaterThanOrEqualTo(20);
    assertThat(TestNodes.metric(node, "cairn_call_seconds_count{call=\"get\"}")).isPositive();
    assertThat(TestNodes.metric(node, "cairn_refused_total{reason=\"KEY_EMPTY\"}")).isPositive();
  }

  private static FailureStatus refused(Failure failure, ThrowingCallable call) {
    StatusRuntimeException thrown = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(thrown).isNotNull();
    FailureStatus status = TestNodes.failureOf(thrown);
    assertThat(status.failure()).isEqualTo(failure);
    assertThat(thrown.getStatus().getCode()).isEqualTo(failure.code());
    return status;
  }

  private static void refusedWrite(Failure failure, ThrowingCallable call) {
    assertThat(refused(failure, call).writeOutcome())
        .isEqualTo(WriteOutcome.WRITE_OUTCOME_NOT_APPLIED);
  }
}
