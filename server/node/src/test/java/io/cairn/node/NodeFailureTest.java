package io.cairn.node;

import static io.cairn.node.TestNodes.bytes;
import static io.cairn.node.TestNodes.failureOf;
import static io.cairn.node.TestNodes.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.node.data.NodeStartException;
import io.cairn.replication.core.LogSpace;
import io.cairn.storage.StoreException;
import io.cairn.v1.ClusterGrpc;
import io.cairn.v1.Consistency;
import io.cairn.v1.DeleteRequest;
import io.cairn.v1.GetRequest;
import io.cairn.v1.GetResponse;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.NodeHealth;
import io.cairn.v1.PutResponse;
import io.cairn.v1.ScanRequest;
import io.cairn.v1.StatusRequest;
import io.cairn.v1.WriteOutcome;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens when disk, log or store fail: nothing is confirmed that is not safe. */
@Timeout(120)
class NodeFailureTest {
  @TempDir Path directory;

  private final AtomicReference<FailingEngines> engines = new AtomicReference<>();

  private CairnNode start(Map<String, String> settings) {
    return start(settings, planted -> {});
  }

  private CairnNode start(Map<String, String> settings, Consumer<FailingEngines> plant) {
    return FailingEngines.start(directory, settings, engines, plant);
  }

  private FailingEngines engines() {
    return Objects.requireNonNull(engines.get());
  }

  @Test
  void aFailedSyncConfirmsNothingAndStopsTheNode() throws Exception {
    try (CairnNode node = start(Map.of())) {
      ManagedChannel channel = TestNodes.channel(node);
      KvGrpc.KvBlockingStub kv = KvGrpc.newBlockingStub(channel);
      kv.put(put("safe", "1"));
      engines().failForces();

      FailureStatus status = failureOf(() -> kv.put(put("lost", "2")));
      assertThat(status.failure()).isEqualTo(Failure.STOPPED);
      assertThat(status.writeOutcome()).isEqualTo(WriteOutcome.WRITE_OUTCOME_UNKNOWN);

      node.awaitTermination();
      assertThat(node.failureOrNull()).contains("cairn-log-0", "refuses to sync");
      assertThat(node.health()).isEqualTo(NodeHealth.NODE_HEALTH_FAILED);
      assertThatThrownBy(() -> kv.put(put("later", "3")))
          .isInstanceOf(StatusRuntimeException.class);
      TestNodes.close(channel);
    }
    assertThat(directory.resolve("shards/0/log/manifest"))
        .as("the log is not sealed over what may not be there")
        .content()
        .contains(" open");
    try (CairnNode node = TestNodes.start(directory)) {
      ManagedChannel channel = TestNodes.channel(node);
      assertThat(TestNodes.get(KvGrpc.newBlockingStub(channel), "safe")).isEqualTo("1");
      TestNodes.close(channel);
    }
  }

  @Test
  void aLogThatFailsWhileNothingIsWrittenStopsTheNode() throws Exception {
    try (CairnNode node = start(Map.of())) {
      engines().failLogsInBackground();
      await().until(() -> node.health() == NodeHealth.NODE_HEALTH_FAILED);
      assertThat(node.failureOrNull()).contains("cairn-log-0", "failed in the background");
    }
  }

  @Test
  void aStoreThatIsFullIsTriedAgainAndTheLogGoesOn() throws Exception {
    try (CairnNode node = start(Map.of())) {
      ManagedChannel channel = TestNodes.channel(node);
      KvGrpc.KvBlockingStub kv = KvGrpc.newBlockingStub(channel);
      engines().failApplies(StoreException.Category.NO_SPACE);

      kv.put(
          put("k", "eventual").toBuilder()
              .setConsistency(Consistency.CONSISTENCY_EVENTUAL)
              .build());
      assertThat(TestNodes.get(kv, "k")).isEqualTo("eventual");
      ListenableFuture<PutResponse> strong = KvGrpc.newFutureStub(channel).put(put("k", "strong"));
      await()
          .untilAsserted(
              () ->
                  assertThat(node.problems())
                      .anySatisfy(problem -> assertThat(problem).contains("takes no writes")));

      engines().failApplies(null);
      assertThat(strong.get(30, TimeUnit.SECONDS).getVersion()).isPositive();
      await()
          .untilAsserted(
              () ->
                  assertThat(node.problems())
                      .noneSatisfy(problem -> assertThat(problem).contains("takes no writes")));
      TestNodes.close(channel);
    }
  }

  /**
   * What the store never took is in the log, and the next start waits for a store that is behind.
   */
  @Test
  void aStoreThatIsBehindWhileTheLogIsReplayedIsTriedAgain() throws Exception {
    leaveOutOfTheStore("k", "v");
    try (CairnNode node =
        start(Map.of(), planted -> planted.failApplies(StoreException.Category.BUSY, 3))) {
      ManagedChannel channel = TestNodes.channel(node);
      assertThat(TestNodes.get(KvGrpc.newBlockingStub(channel), "k")).isEqualTo("v");
      assertThat(engines().appliesFail()).isFalse();
      TestNodes.close(channel);
    }
  }

  @Test
  void aStartThatIsInterruptedLeavesNothingBehind() throws Exception {
    leaveOutOfTheStore("k", "v");
    Thread starter = Thread.currentThread();
    Consumer<FailingEngines> plant =
        planted -> planted.failApplies(StoreException.Category.BUSY, starter::interrupt);
    assertThatThrownBy(() -> start(Map.of(), plant))
        .isInstanceOf(NodeStartException.class)
        .hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
    try (CairnNode node = start(Map.of())) {
      assertThat(node.health()).isEqualTo(NodeHealth.NODE_HEALTH_SERVING);
    }
  }

  /** The time that a stop may take does not grow with the number of shards. */
  @Test
  void allShardsShareTheTimeOfAStop() throws Exception {
    CairnNode node = start(Map.of("shards", "8", "drain-timeout", "2s"));
    ManagedChannel channel = TestNodes.channel(node);
    engines().failApplies(StoreException.Category.BUSY);
    for (int i = 0; i < 40; i++) {
      KvGrpc.newBlockingStub(channel)
          .put(
              put("k" + i, "v").toBuilder()
                  .setConsistency(Consistency.CONSISTENCY_EVENTUAL)
                  .build());
    }
    TestNodes.close(channel);
    long began = System.nanoTime();
    node.close();
    // One after the other they would take 16 s; the limit is not about speed.
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(12));
  }

  private void leaveOutOfTheStore(String key, String value) throws Exception {
    try (CairnNode node = start(Map.of("drain-timeout", "10ms"))) {
      ManagedChannel channel = TestNodes.channel(node);
      engines().failApplies(StoreException.Category.BUSY);
      KvGrpc.newBlockingStub(channel)
          .put(
              put(key, value).toBuilder().setConsistency(Consistency.CONSISTENCY_EVENTUAL).build());
      TestNodes.close(channel);
    }
  }

  @Test
  void aStoreThatIsDamagedStopsTheNode() throws Exception {
    try (CairnNode node = start(Map.of())) {
      ManagedChannel channel = TestNodes.channel(node);
      engines().failApplies(StoreException.Category.CORRUPTION);
      // Whether it is confirmed is open: the log has it, and the next start applies it.
      ListenableFuture<PutResponse> write = KvGrpc.newFutureStub(channel).put(put("k", "v"));
      node.awaitTermination();
      await().until(write::isDone);
      assertThat(node.failureOrNull()).contains("cairn-apply-0", "CORRUPTION");
      TestNodes.close(channel);
    }
  }

  @Test
  void aSyncThatHangsIsReportedAndNothingIsConfirmedMeanwhile() throws Exception {
    try (CairnNode node = start(Map.of("log.slow-sync", "10ms"))) {
      ManagedChannel channel = TestNodes.channel(node);
      CountDownLatch release = new CountDownLatch(1);
      engines().holdForces(release);
      ListenableFuture<PutResponse> write = KvGrpc.newFutureStub(channel).put(put("k", "v"));
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          ClusterGrpc.newBlockingStub(channel)
                              .status(StatusRequest.getDefaultInstance())
                              .getProblemsList())
                      .anySatisfy(p -> assertThat(p).contains("waiting for its disk")));
      assertThat(write.isDone()).isFalse();
      release.countDown();
      write.get(30, TimeUnit.SECONDS);
      TestNodes.close(channel);
    }
  }

  /** A STRONG read never shows what a power cut could still take away; an EVENTUAL one may. */
  @Test
  void aStrongReadWaitsUntilWhatItSawIsCommitted() throws Exception {
    try (CairnNode node = start(Map.of())) {
      ManagedChannel channel = TestNodes.channel(node);
      KvGrpc.KvBlockingStub kv = KvGrpc.newBlockingStub(channel);
      CountDownLatch release = new CountDownLatch(1);
      engines().holdForces(release);
      ListenableFuture<PutResponse> write = KvGrpc.newFutureStub(channel).put(put("k", "v"));
      GetRequest eventual =
          GetRequest.newBuilder()
              .setKey(bytes("k"))
              .setConsistency(Consistency.CONSISTENCY_EVENTUAL)
              .build();
      await().until(() -> kv.get(eventual).hasValue());
      var strong =
          KvGrpc.newFutureStub(channel).get(GetRequest.newBuilder().setKey(bytes("k")).build());
      // Answered behind the strong read, had that been answered at once.
      assertThat(kv.get(eventual).hasValue()).isTrue();
      assertThat(strong.isDone()).isFalse();
      release.countDown();
      assertThat(strong.get(30, TimeUnit.SECONDS).getValue().getData()).isEqualTo(bytes("v"));
      write.get(30, TimeUnit.SECONDS);
      TestNodes.close(channel);
    }
  }

  @Test
  void aDrainAnswersWhatIsUnderWayAndRefusesTheRest() throws Exception {
    CairnNode node = start(Map.of());
    ManagedChannel channel = TestNodes.channel(node);
    CountDownLatch release = new CountDownLatch(1);
    engines().holdForces(release);
    String value = "v".repeat(32 << 10);
    ListenableFuture<PutResponse> write = KvGrpc.newFutureStub(channel).put(put("k", value));
    GetRequest eventual =
        GetRequest.newBuilder()
            .setKey(bytes("k"))
            .setConsistency(Consistency.CONSISTENCY_EVENTUAL)
            .build();
    await().until(() -> KvGrpc.newBlockingStub(channel).get(eventual).hasValue());
    double writing = TestNodes.inFlightBytes(node);
    ListenableFuture<GetResponse> read =
        KvGrpc.newFutureStub(channel).get(GetRequest.newBuilder().setKey(bytes("k")).build());
    await().until(() -> TestNodes.inFlightBytes(node) > writing);
    Thread closer = new Thread(node::close);
    closer.start();
    await().until(() -> node.health() == NodeHealth.NODE_HEALTH_STOPPING);
    await()
        .untilAsserted(
            () ->
                assertThat(
                        failureOf(() -> KvGrpc.newBlockingStub(channel).put(put("x", "y")))
                            .failure())
                    .isEqualTo(Failure.SHUTTING_DOWN));
    release.countDown();
    assertThat(write.get(30, TimeUnit.SECONDS).getVersion()).isPositive();
    assertThat(read.get(30, TimeUnit.SECONDS).getValue().getData()).isEqualTo(bytes(value));
    closer.join();
    TestNodes.close(channel);
  }

  @Test
  void whatLittleSpaceIsLeftIsForDeletesAndReadsGoOn() throws Exception {
    try (CairnNode node = start(Map.of())) {
      ManagedChannel channel = TestNodes.channel(node);
      KvGrpc.KvBlockingStub kv = KvGrpc.newBlockingStub(channel);
      kv.put(put("a", "1"));
      kv.put(put("b", "2"));
      DeleteRequest delete = DeleteRequest.newBuilder().setKey(bytes("a")).build();

      engines().plantSpace(LogSpace.DELETES_ONLY);
      await()
          .untilAsserted(
              () ->
                  assertThat(failureOf(() -> kv.put(put("c", "3"))).failure())
                      .isEqualTo(Failure.DISK_FULL));
      assertThat(node.health()).isEqualTo(NodeHealth.NODE_HEALTH_READ_ONLY);
      assertThat(node.problems()).singleElement().asString().contains("refuses puts");
      assertThat(TestNodes.http(node, "/readyz").statusCode()).isEqualTo(200);
      kv.delete(delete);
      assertThat(TestNodes.get(kv, "a")).isEqualTo("(absent)");
      assertThat(TestNodes.get(kv, "b")).isEqualTo("2");

      engines().plantSpace(LogSpace.EXHAUSTED);
      await()
          .untilAsserted(
              () ->
                  assertThat(failureOf(() -> kv.delete(delete)).failure())
                      .isEqualTo(Failure.DISK_FULL));
      assertThat(TestNodes.get(kv, "b")).isEqualTo("2");

      engines().plantSpace(null);
      // Those who try again all the time do not keep the log thread from looking at its space.
      await()
          .ignoreExceptions()
          .pollInterval(Duration.ofMillis(20))
          .until(() -> kv.put(put("c", "3")).getVersion() > 0);
      assertThat(node.health()).isEqualTo(NodeHealth.NODE_HEALTH_SERVING);
      assertThat(TestNodes.get(kv, "c")).isEqualTo("3");
      TestNodes.close(channel);
    }
  }

  @Test
  void aScanThatMeetsDamageSaysSoAndLeavesNoCursorOpen() throws Exception {
    try (CairnNode node = start(Map.of("shards", "3"))) {
      ManagedChannel channel = TestNodes.channel(node);
      KvGrpc.KvBlockingStub kv = KvGrpc.newBlockingStub(channel);
      engines().failCursors();
      for (Consistency level :
          List.of(Consistency.CONSISTENCY_STRONG, Consistency.CONSISTENCY_EVENTUAL)) {
        ScanRequest scan = ScanRequest.newBuilder().setConsistency(level).build();
        assertThat(failureOf(() -> kv.scan(scan).forEachRemaining(message -> {})).failure())
            .isEqualTo(Failure.DATA_CORRUPT);
      }
      assertThat(engines().openCursors()).isZero();
      TestNodes.close(channel);
    }
  }

  @Test
  void aDamagedLogIsRefusedWithASentence() throws Exception {
    try (CairnNode node = TestNodes.start(directory)) {
      ManagedChannel channel = TestNodes.channel(node);
      for (int i = 0; i < 50; i++) {
        KvGrpc.newBlockingStub(channel).put(put("key" + i, "value" + i));
      }
      TestNodes.close(channel);
    }
    for (Path file : logFiles()) {
      flipABit(file, "value7");
    }
    assertThatThrownBy(() -> TestNodes.start(directory))
        .isInstanceOf(NodeStartException.class)
        .hasMessageContaining("Shard 0 cannot be opened");
  }

  @Test
  void aLostLogIsRefusedWithASentence() throws Exception {
    try (CairnNode node = TestNodes.start(directory)) {
      ManagedChannel channel = TestNodes.channel(node);
      KvGrpc.newBlockingStub(channel).put(put("k", "v"));
      TestNodes.close(channel);
    }
    try (Stream<Path> files = Files.walk(directory.resolve("shards/0/log"))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    assertThatThrownBy(() -> TestNodes.start(directory))
        .isInstanceOf(NodeStartException.class)
        .hasMessageContaining("ends at offset 0")
        .hasMessageContaining("backup");
  }

  private List<Path> logFiles() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("shards/0/log"))) {
      return files.filter(file -> file.toString().endsWith(".cq4")).toList();
    }
  }

  private static void flipABit(Path file, String near) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int position = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(near);
    if (position >= 0) {
      try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
        open.seek(position);
        open.write(bytes[position] ^ 1);
      }
    }
  }
}
