package io.cairn.node;

import static io.cairn.node.TestNodes.bytes;
import static io.cairn.node.TestNodes.failureOf;
import static io.cairn.node.TestNodes.inFlightBytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import com.sun.management.ThreadMXBean;
import io.cairn.api.Failure;
import io.cairn.storage.StoreException;
import io.cairn.v1.Consistency;
import io.cairn.v1.GetRequest;
import io.cairn.v1.GetResponse;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.MultiGetRequest;
import io.cairn.v1.MultiGetResponse;
import io.cairn.v1.PutRequest;
import io.cairn.v1.PutResponse;
import io.cairn.v1.ScanRequest;
import io.cairn.v1.ScanResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is read and however a read ends, its memory is bounded and its share comes back. */
@Timeout(120)
class ReadOverloadTest {
  private static final int MIB = 1 << 20;
  private static final Consistency EVENTUAL = Consistency.CONSISTENCY_EVENTUAL;

  @TempDir Path directory;

  private final AtomicReference<FailingEngines> engines = new AtomicReference<>();

  private CairnNode start(Map<String, String> settings) {
    return FailingEngines.start(directory, settings, engines);
  }

  private FailingEngines engines() {
    return Objects.requireNonNull(engines.get());
  }

  @Test
  void aMultiGetReadsNoMoreThanItMayAnswer() throws Exception {
    try (CairnNode node = start(Map.of())) {
      ManagedChannel channel = TestNodes.channel(node);
      KvGrpc.KvBlockingStub kv = KvGrpc.newBlockingStub(channel);
      kv.put(put("stored", MIB));
      engines().failApplies(StoreException.Category.BUSY);
      kv.put(put("pending", MIB).toBuilder().setConsistency(EVENTUAL).build());

      for (String key : List.of("stored", "pending")) {
        assertThat(failureOf(() -> kv.multiGet(multiGet(key, 1_000))).failure())
            .isEqualTo(Failure.ANSWER_TOO_LARGE);
      }
      assertThat(allocatedByReaders()).isLessThan(64L * MIB);
      assertThat(kv.multiGet(multiGet("stored", 3)).getValuesCount()).isEqualTo(3);
      await().until(() -> inFlightBytes(node) == 0);
      engines().failApplies(null);
      TestNodes.close(channel);
    }
  }

  @Test
  void aMultiGetIsChargedForWhatItFinds() throws Exception {
    try (CairnNode node = start(Map.of("limits.max-in-flight", "3MiB"))) {
      ManagedChannel channel = TestNodes.channel(node);
      KvGrpc.KvBlockingStub kv = KvGrpc.newBlockingStub(channel);
      kv.put(put("k", MIB));
      assertThat(kv.multiGet(multiGet("k", 2)).getValuesCount()).isEqualTo(2);
      assertThat(failureOf(() -> kv.multiGet(multiGet("k", 3))).failure())
          .isEqualTo(Failure.OVERLOADED);
      await().until(() -> inFlightBytes(node) == 0);
      TestNodes.close(channel);
    }
  }

  @Test
  void aLargeReadThatIsGivenUpWhileItWaitsGivesItsShareBack() throws Exception {
    try (CairnNode node = start(Map.of())) {
      ManagedChannel channel = TestNodes.channel(node);
      KvGrpc.KvFutureStub kv = KvGrpc.newFutureStub(channel);
      CountDownLatch release = new CountDownLatch(1);
      engines().holdForces(release);
      ListenableFuture<PutResponse> write = kv.put(put("k", 32 << 10));
      awaitPending(channel, "k");
      await().until(() -> inFlightBytes(node) < 34 << 10); // the write's alone
      double writing = inFlightBytes(node);

      ListenableFuture<GetResponse> get = kv.get(get("k"));
      ListenableFuture<MultiGetResponse> multiGet =
          kv.multiGet(multiGet("k", 2).toBuilder().clearConsistency().build());
      await().until(() -> inFlightBytes(node) > writing + (64 << 10));
      assertThat(get.cancel(true) && multiGet.cancel(true)).isTrue();
      await().until(() -> inFlightBytes(node) == writing);

      release.countDown();
      write.get(30, TimeUnit.SECONDS);
      // Behind the answers to the reads, on the same event loop.
      assertThat(kv.get(get("k")).get(30, TimeUnit.SECONDS).hasValue()).isTrue();
      await().until(() -> inFlightBytes(node) == 0);
      TestNodes.close(channel);
    }
  }

  @Test
  void answersThatNobodyTakesFillTheBudgetAndNoMore() throws Exception {
    try (CairnNode node = start(Map.of("limits.max-in-flight", "3MiB"))) {
      ManagedChannel channel = narrowChannel(node);
      // Larger than a stream's window, which is all that holds an answer back: the client's library
      // takes what fits into it.
      KvGrpc.newBlockingStub(channel).put(put("k", 128 << 10));
      List<ClientCall<GetRequest, GetResponse>> calls = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        ClientCall<GetRequest, GetResponse> call =
            channel.newCall(KvGrpc.getGetMethod(), CallOptions.DEFAULT);
        call.start(new ClientCall.Listener<>() {}, new Metadata());
        call.sendMessage(get("k"));
        call.halfClose();
        calls.add(call);
      }
      String refused = "cairn_refused_total{reason=\"OVERLOADED\"}";
      await().until(() -> TestNodes.metric(node, refused) > 0);
      assertThat(inFlightBytes(node)).isBetween(2.5 * MIB, 3.0 * MIB);

      calls.forEach(call -> call.cancel("enough", null));
      await().until(() -> inFlightBytes(node) == 0);
      TestNodes.close(channel);
    }
  }

  @Test
  void anOpenScanIsChargedForWhatItCopiedFromTheTail() throws Exception {
    try (CairnNode node = start(Map.of("limits.max-in-flight", "3MiB"))) {
      ManagedChannel channel = narrowChannel(node);
      KvGrpc.KvBlockingStub kv = KvGrpc.newBlockingStub(channel);
      engines().failApplies(StoreException.Category.BUSY);
      for (int i = 0; i < 40; i++) {
        kv.put(put("k" + i, 64 << 10).toBuilder().setConsistency(EVENTUAL).build());
      }
      ScanRequest scan = ScanRequest.newBuilder().setConsistency(EVENTUAL).build();
      ClientCall<ScanRequest, ScanResponse> idle =
          channel.newCall(KvGrpc.getScanMethod(), CallOptions.DEFAULT);
      idle.start(new ClientCall.Listener<>() {}, new Metadata());
      idle.sendMessage(scan);
      idle.halfClose();
      await().until(() -> inFlightBytes(node) > 40 * (64 << 10));

      assertThat(failureOf(() -> kv.scan(scan).forEachRemaining(message -> {})).failure())
          .isEqualTo(Failure.OVERLOADED);
      idle.cancel("enough", null);
      await().until(() -> inFlightBytes(node) == 0);
      kv.scan(scan).forEachRemaining(message -> {});
      await().until(() -> inFlightBytes(node) == 0);
      engines().failApplies(null);
      TestNodes.close(channel);
    }
  }

  @Test
  void whatTheReaderThreadsCannotTakeIsRefused() throws Exception {
    try (CairnNode node = start(Map.of("storage.read-threads", "1"))) {
      ManagedChannel channel = TestNodes.channel(node);
      CountDownLatch release = new CountDownLatch(1);
      engines().holdReads(release);
      List<ListenableFuture<MultiGetResponse>> reads = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        reads.add(KvGrpc.newFutureStub(channel).multiGet(multiGet("k", 1)));
      }
      // One is under way and 256 wait behind it.
      await().until(() -> reads.stream().filter(ListenableFuture::isDone).count() == 43);
      release.countDown();
      assertThat(failuresOf(reads)).hasSize(43).containsOnly(Failure.OVERLOADED);
      TestNodes.close(channel);
    }
  }

  @Test
  void strongReadsBeyondThoseThatMayWaitAreRefused() throws Exception {
    try (CairnNode node = start(Map.of("limits.max-waiting-reads", "2"))) {
      ManagedChannel channel = TestNodes.channel(node);
      CountDownLatch release = new CountDownLatch(1);
      engines().holdForces(release);
      ListenableFuture<PutResponse> write = KvGrpc.newFutureStub(channel).put(put("k", 1));
      awaitPending(channel, "k");
      List<ListenableFuture<GetResponse>> reads = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        reads.add(KvGrpc.newFutureStub(channel).get(get("k")));
      }
      await().until(() -> reads.stream().filter(ListenableFuture::isDone).count() == 3);
      release.countDown();
      assertThat(failuresOf(reads)).hasSize(3).containsOnly(Failure.OVERLOADED);
      write.get(30, TimeUnit.SECONDS);
      TestNodes.close(channel);
    }
  }

  /** On which the node can send little that the client does not ask for. */
  private static ManagedChannel narrowChannel(CairnNode node) {
    return NettyChannelBuilder.forAddress("127.0.0.1", node.ports().client())
        .usePlaintext()
        .flowControlWindow(64 << 10)
        .build();
  }

  private static void awaitPending(ManagedChannel channel, String key) {
    GetRequest eventual = get(key).toBuilder().setConsistency(EVENTUAL).build();
    await().until(() -> KvGrpc.newBlockingStub(channel).get(eventual).hasValue());
  }

  private static <T> List<Failure> failuresOf(List<ListenableFuture<T>> calls) throws Exception {
    List<Failure> failures = new ArrayList<>();
    for (ListenableFuture<T> call : calls) {
      try {
        call.get(30, TimeUnit.SECONDS);
      } catch (ExecutionException failed) {
        failures.add(failureOf(Objects.requireNonNull(failed.getCause())).failure());
      }
    }
    return failures;
  }

  /** Bytes that the threads which read for MultiGets have allocated. */
  private static long allocatedByReaders() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("cairn-read-"))
        .mapToLong(thread -> threads.getThreadAllocatedBytes(thread.getId()))
        .sum();
  }

  private static PutRequest put(String key, int valueBytes) {
    ByteString value = ByteString.copyFrom(new byte[valueBytes]);
    return PutRequest.newBuilder().setKey(bytes(key)).setValue(value).build();
  }

  private static GetRequest get(String key) {
    return GetRequest.newBuilder().setKey(bytes(key)).build();
  }

  private static MultiGetRequest multiGet(String key, int times) {
    MultiGetRequest.Builder request = MultiGetRequest.newBuilder().setConsistency(EVENTUAL);
    for (int i = 0; i < times; i++) {
      request.addKeys(bytes(key));
    }
    return request.build();
  }
}
