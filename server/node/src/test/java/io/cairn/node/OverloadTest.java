package io.cairn.node;

import static io.cairn.node.TestNodes.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.v1.GetRequest;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.PutRequest;
import io.cairn.v1.PutResponse;
import io.cairn.v1.ScanRequest;
import io.cairn.v1.ScanResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client that asks for more than there is gets refusals, not the node's memory. */
@Timeout(120)
class OverloadTest {
  private static final int WRITES = 2_000;
  private static final ByteString VALUE = ByteString.copyFrom(new byte[32 << 10]);

  @TempDir Path directory;

  @Test
  void aFloodIsRefusedInPartAndWhatWasConfirmedIsThere() throws Exception {
    AtomicReference<FailingEngines> engines = new AtomicReference<>();
    try (CairnNode node =
        FailingEngines.start(
            directory,
            Map.of("limits.max-in-flight", "3MiB", "limits.max-unapplied", "2MiB"),
            engines)) {
      ManagedChannel channel = TestNodes.channel(node);
      KvGrpc.KvStub kv = KvGrpc.newStub(channel);
      Queue<String> confirmed = new ConcurrentLinkedQueue<>();
      Queue<Throwable> refused = new ConcurrentLinkedQueue<>();
      CountDownLatch answered = new CountDownLatch(WRITES);
      // However slow this client is: the disk is slower, until there is a refusal.
      CountDownLatch firstRefusal = new CountDownLatch(1);
      Objects.requireNonNull(engines.get()).holdForces(firstRefusal);
      for (int i = 0; i < WRITES; i++) {
        String key = "flood-" + i;
        kv.put(
            PutRequest.newBuilder().setKey(bytes(key)).setValue(VALUE).build(),
            new StreamObserver<PutResponse>() {
              @Override
              public void onNext(PutResponse response) {
                confirmed.add(key);
              }

              @Override
              public void onError(Throwable error) {
                refused.add(error);
                firstRefusal.countDown();
                answered.countDown();
              }

              @Override
              public void onCompleted() {
                answered.countDown();
              }
            });
      }
      assertThat(answered.await(60, TimeUnit.SECONDS)).isTrue();

      assertThat(refused).isNotEmpty();
      for (Throwable error : refused) {
        FailureStatus status = TestNodes.failureOf(error);
        assertThat(status.failure()).isEqualTo(Failure.OVERLOADED);
        assertThat(status.failure().code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(status.retryDelay()).isPositive();
      }
      assertThat(confirmed).isNotEmpty();
      KvGrpc.KvBlockingStub blocking = KvGrpc.newBlockingStub(channel);
      for (String key : confirmed) {
        assertThat(
                blocking
                    .get(GetRequest.newBuilder().setKey(bytes(key)).build())
                    .getValue()
                    .getData())
            .isEqualTo(VALUE);
      }
      TestNodes.close(channel);
    }
  }

  @Test
  void aScanThatNobodyReadsHoldsAPlaceButNoMemoryAndCancelGivesThePlaceBack() throws Exception {
    try (CairnNode node =
        TestNodes.start(directory, Map.of("limits.max-scans", "1", "limits.scan-chunk", "4KiB"))) {
      ManagedChannel channel = TestNodes.channel(node);
      KvGrpc.KvBlockingStub kv = KvGrpc.newBlockingStub(channel);
      for (int i = 0; i < 200; i++) {
        kv.put(PutRequest.newBuilder().setKey(bytes("k" + i)).setValue(VALUE).build());
      }
      SlowReader slow = new SlowReader();
      KvGrpc.newStub(channel).scan(ScanRequest.getDefaultInstance(), slow);
      assertThat(slow.first.await(30, TimeUnit.SECONDS)).isTrue();

      FailureStatus second = scanFailureOrNull(kv);
      assertThat(second).isNotNull();
      assertThat(second.failure()).isEqualTo(Failure.OVERLOADED);
      assertThat(second.message()).contains("limits.max-scans");

      slow.cancel();
      org.awaitility.Awaitility.await()
          .untilAsserted(() -> assertThat(scanFailureOrNull(kv)).isNull());
      TestNodes.close(channel);
    }
  }

  @Test
  void aScanInManyChunksIsWhole() throws Exception {
    try (CairnNode node = TestNodes.start(directory, Map.of("limits.scan-chunk", "1KiB"))) {
      ManagedChannel channel = TestNodes.channel(node);
      KvGrpc.KvBlockingStub kv = KvGrpc.newBlockingStub(channel);
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        String key = String.format("%05d", i);
        kv.put(TestNodes.put(key, "value of " + i));
        expected.add(key);
      }
      List<String> found = new ArrayList<>();
      int messages = 0;
      var answers = kv.scan(ScanRequest.getDefaultInstance());
      while (answers.hasNext()) {
        messages++;
        answers.next().getEntriesList().forEach(e -> found.add(e.getKey().toStringUtf8()));
      }
      assertThat(found).isEqualTo(expected);
      assertThat(messages).isGreaterThan(20);
      TestNodes.close(channel);
    }
  }

  private static @Nullable FailureStatus scanFailureOrNull(KvGrpc.KvBlockingStub kv) {
    try {
      kv.scan(ScanRequest.newBuilder().setLimit(1).build()).forEachRemaining(message -> {});
      return null;
    } catch (io.grpc.StatusRuntimeException refused) {
      return TestNodes.failureOf(refused);
    }
  }

  /** Takes one message and no more. */
  private static final class SlowReader
      implements ClientResponseObserver<ScanRequest, ScanResponse> {
    final CountDownLatch first = new CountDownLatch(1);
    private volatile @Nullable ClientCallStreamObserver<ScanRequest> call;

    @Override
    public void beforeStart(ClientCallStreamObserver<ScanRequest> requestStream) {
      call = requestStream;
      requestStream.disableAutoRequestWithInitial(1);
    }

    void cancel() {
      ClientCallStreamObserver<ScanRequest> started = call;
      if (started != null) {
        started.cancel("enough", null);
      }
    }

    @Override
    public void onNext(ScanResponse response) {
      first.countDown();
    }

    @Override
    public void onError(Throwable error) {
      first.countDown();
    }

    @Override
    public void onCompleted() {}
  }
}
