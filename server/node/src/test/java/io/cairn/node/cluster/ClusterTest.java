package io.cairn.node.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.cairn.client.DistributedKVStore;
import io.cairn.node.CairnNode;
import io.cairn.replication.core.Operation;
import io.cairn.replication.core.ReplicaStatus;
import io.cairn.replication.core.metadata.ChangeResult;
import io.cairn.replication.core.metadata.IsrChange;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.replication.core.metadata.ReplicaChange;
import io.cairn.replication.core.metadata.SetReadLease;
import io.cairn.v1.Consistency;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes in one process, over the real network, log and store. */
@Timeout(180)
class ClusterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  void whatIsConfirmedAsStrongOutlivesTheLeader() {
    try (TestCluster cluster = new TestCluster(directory, 3, Map.of())) {
      cluster.startAll();
      cluster.awaitInSync(3);
      for (int i = 0; i < 100; i++) {
        TestCalls.put(cluster, "key" + i, "value" + i);
      }
      for (int nodeId = 1; nodeId <= 3; nodeId++) {
        assertThat(TestCalls.get(cluster.node(nodeId), "key7", Consistency.CONSISTENCY_EVENTUAL))
            .isEqualTo("value7");
      }
      int leader = cluster.leader();
      cluster.stop(leader);
      await().atMost(PATIENCE).until(() -> cluster.leader() != leader && cluster.leader() != 0);
      await()
          .atMost(PATIENCE)
          .ignoreExceptionsMatching(StatusRuntimeException.class::isInstance)
          .until(
              () ->
                  TestCalls.get(
                          cluster.node(cluster.leader()), "key99", Consistency.CONSISTENCY_STRONG)
                      .equals("value99"));
      TestCalls.put(cluster, "key99", "other");
      cluster.start(leader);
      cluster.awaitInSync(3);
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  TestCalls.get(cluster.node(leader), "key99", Consistency.CONSISTENCY_EVENTUAL)
                      .equals("other"));
    }
  }

  @Test
  void aLeaderTellsHowFarEachFollowerIsBehind() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 3, Map.of())) {
      cluster.start(1);
      cluster.start(2);
      cluster.start(3, "metrics-listen", "127.0.0.1:0");
      cluster.awaitInSync(3);
      if (cluster.leader() != 3) {
        cluster.propose(new IsrChange.Transfer(0, cluster.epoch(), 3));
      }
      await()
          .atMost(PATIENCE)
          .until(() -> followers(scrape(cluster.node(3))).equals(Set.of("1", "2")));
      cluster.stop(1);
      TestCalls.put(cluster, "key", "value");
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(scrape(cluster.node(3)))
                      .containsPattern(
                          "cairn_follower_lag_operations\\{follower=\"1\",shard=\"0\",?\\} [1-9]")
                      .containsPattern(
                          "cairn_follower_lag_operations\\{follower=\"2\",shard=\"0\",?\\} 0")
                      .containsPattern("cairn_follower_lag_seconds\\{follower=\"1\""));
    }
  }

  private static Set<String> followers(String scraped) {
    return Pattern.compile("(?m)^cairn_follower_lag_operations\\{follower=\"(\\d+)\"")
        .matcher(scraped)
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toSet());
  }

  private static String scrape(CairnNode node) throws Exception {
    URI page = URI.create("http://127.0.0.1:" + node.ports().metrics() + "/metrics");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  /** Its log begins behind the end of what the follower has: the store is copied. */
  @Test
  void aFollowerThatWasAwayForLongCopiesTheStore() throws IOException {
    Map<String, String> small =
        Map.of("storage.flush-after", "1MiB", "retry-window-bytes", "1MiB", "retry-window", "10");
    try (TestCluster cluster = new TestCluster(directory, 3, small)) {
      cluster.startAll();
      cluster.awaitInSync(3);
      int away = cluster.leader() % 3 + 1;
      TestCalls.put(cluster, "first", "1");
      cluster.stop(away);
      CairnNode leader = cluster.node(cluster.leader());
      String large = "x".repeat(400_000);
      for (int i = 0; i < 40; i++) {
        TestCalls.put(leader, "large" + i, large + i);
      }
      await().atMost(PATIENCE).until(() -> cluster.shard(leader).log().startOffset() > 20);
      cluster.start(away);
      cluster.awaitInSync(3);
      assertThat(TestCalls.get(cluster.node(away), "large7", Consistency.CONSISTENCY_EVENTUAL))
          .isEqualTo(large + 7);
      assertThat(TestCalls.get(cluster.node(away), "first", Consistency.CONSISTENCY_EVENTUAL))
          .isEqualTo("1");
      assertThat(cluster.shard(cluster.node(away)).log().startOffset()).isGreaterThan(20);
    }
  }

  /** What nobody has overwritten is there again, the rest is kept in a file. */
  @Test
  void whatAFailoverHasCutOffIsOfferedToTheNewLeader() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 3, Map.of())) {
      cluster.startAll();
      cluster.awaitInSync(3);
      int old = cluster.leader();
      TestCalls.put(cluster.node(old), "key", "1");
      cluster.stop(old);
      cluster.awaitInSync(2);
      int next = IntStream.of(1, 2, 3).filter(n -> n != old && n != cluster.leader()).sum();
      IsrChange.Transfer transfer = new IsrChange.Transfer(0, cluster.epoch(), next);
      cluster.node(next).metadataQuorum().propose(transfer).get(60, TimeUnit.SECONDS);
      TestCalls.put(cluster.node(next), "beaten", "newer");
      cluster.appendToLog(old, eventualPut("beaten", "older"), eventualPut("lost", "found"));

      cluster.start(old);
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  TestCalls.get(cluster.node(next), "lost", Consistency.CONSISTENCY_STRONG)
                      .equals("found"));
      await().atMost(PATIENCE).until(() -> cluster.cutOff(old).size() == 4);
      assertThat(cluster.cutOff(old).get(2)).contains("\"outcome\":\"PLACED\"");
      assertThat(cluster.cutOff(old).get(3)).contains("\"outcome\":\"SUPERSEDED\"");
      assertThat(TestCalls.get(cluster.node(next), "beaten", Consistency.CONSISTENCY_STRONG))
          .isEqualTo("newer");
    }
  }

  private static byte[] eventualPut(String key, String value) {
    byte[] operation =
        Operation.put(
            Operation.ByteSource.of(key.getBytes(UTF_8)),
            Operation.ByteSource.of(value.getBytes(UTF_8)),
            Operation.NO_CLIENT,
            0);
    Operation.markOfferable(operation);
    return operation;
  }

  /** Another disk is another member: it joins from nothing. */
  @Test
  void aNodeWhoseDirectoryIsWipedCopiesAll() throws IOException {
    try (TestCluster cluster = new TestCluster(directory, 3, Map.of())) {
      cluster.startAll();
      cluster.awaitInSync(3);
      int wiped = cluster.leader() % 3 + 1;
      for (int i = 0; i < 20; i++) {
        TestCalls.put(cluster, "key" + i, "value" + i);
      }
      cluster.stop(wiped);
      cluster.wipe(wiped);
      cluster.start(wiped);
      cluster.awaitInSync(3);
      assertThat(TestCalls.get(cluster.node(wiped), "key19", Consistency.CONSISTENCY_EVENTUAL))
          .isEqualTo("value19");
    }
  }

  @Test
  void aFourthNodeTakesThePlaceOfAnother() {
    try (TestCluster cluster = new TestCluster(directory, 3, Map.of())) {
      cluster.startAll();
      cluster.awaitInSync(3);
      for (int i = 0; i < 20; i++) {
        TestCalls.put(cluster, "key" + i, "value" + i);
      }
      CairnNode fourth = cluster.startNew(4);
      cluster.awaitAlive(4, true);
      int replaced = cluster.leader() % 3 + 1;
      ChangeResult result =
          fourth.metadataQuorum().propose(new ReplicaChange.AddReplica(0, 4, replaced)).join();
      assertThat(result).isInstanceOf(ChangeResult.Applied.class);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(cluster.replicas()).contains(4).doesNotContain(replaced).hasSize(3));
      // It may be the last to hear that it is one of them.
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .untilAsserted(
              () ->
                  assertThat(TestCalls.get(fourth, "key19", Consistency.CONSISTENCY_EVENTUAL))
                      .isEqualTo("value19"));
    }
  }

  @Test
  void aLeaderReadsByALeaseAndTheNextOneToo() {
    try (TestCluster cluster = new TestCluster(directory, 3, Map.of())) {
      cluster.startAll();
      cluster.awaitInSync(3);
      cluster.propose(new SetReadLease(400));
      int first = cluster.leader();
      awaitLease(cluster, first);
      TestCalls.put(cluster.node(first), "key", "old");
      assertThat(TestCalls.get(cluster.node(first), "key", Consistency.CONSISTENCY_STRONG))
          .isEqualTo("old");

      cluster.stop(first);
      cluster.awaitInSync(2);
      CairnNode next = cluster.node(cluster.leader());
      TestCalls.put(next, "key", "new");
      awaitLease(cluster, cluster.leader());
      assertThat(TestCalls.get(next, "key", Consistency.CONSISTENCY_STRONG)).isEqualTo("new");
    }
  }

  private static void awaitLease(TestCluster cluster, int leader) {
    ReplicaStatus status = cluster.shard(cluster.node(leader)).status();
    await().atMost(PATIENCE).until(() -> status.hasLease(System::nanoTime));
  }

  @Test
  void aControllerThatStopsHandsOverWhatItLeads() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 3, Map.of())) {
      cluster.startAll();
      cluster.awaitInSync(3);
      int controller = cluster.node(1).metadataQuorum().controllerOrNone();
      if (cluster.leader() != controller) {
        cluster
            .node(1)
            .metadataQuorum()
            .propose(new IsrChange.Transfer(0, cluster.epoch(), controller))
            .get();
      }
      await().atMost(PATIENCE).until(() -> cluster.leader() == controller);
      CairnNode other = cluster.node(controller % 3 + 1);
      CairnNode leaving = cluster.node(controller);
      Thread stopping = new Thread(leaving::close);
      stopping.start();

      // Without the hand-over it would wait for 3 s, and only then be missed.
      await()
          .atMost(Duration.ofMillis(2_500))
          .until(
              () ->
                  Objects.requireNonNull(other.metadataQuorum().current().shards().get(0)).leader(),
              leader -> leader != controller && leader != NodeMetadata.NONE);
      stopping.join();
    }
  }

  /** It lives, so the quorum by itself would keep it. */
  @Test
  void aControllerThatAllOthersSayIsLostIsReplaced() {
    try (TestCluster cluster = new TestCluster(directory, 3, Map.of())) {
      cluster.startAll();
      cluster.awaitInSync(3);
      AtomicInteger lost = new AtomicInteger(NodeMetadata.NONE);
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                // The quorum may choose another one by itself: whoever it is now is reported.
                int controller = cluster.node(1).metadataQuorum().controllerOrNone();
                int candidate = lost.get() == 1 ? 2 : 1;
                if (lost.get() != NodeMetadata.NONE && controller == candidate) {
                  return true;
                }
                if (controller != NodeMetadata.NONE) {
                  lost.set(controller);
                  for (int id = 1; id <= 3; id++) {
                    if (id != controller) {
                      cluster.node(id).cluster().onUnreachable(controller);
                    }
                  }
                }
                return false;
              });
      TestCalls.put(cluster, "key", "value");
    }
  }

  /**
   * Its reserve is more than the disk has, so it refuses puts from the beginning; the client tries
   * again until another node leads.
   */
  @Test
  void aLeaderWhoseDiskIsFullHandsOver() throws Exception {
    assumeThat(Files.getFileStore(directory).getUsableSpace()).isLessThan(1L << 40);
    try (TestCluster cluster = new TestCluster(directory, 3, Map.of())) {
      CairnNode full = cluster.start(1, "log.disk-reserve", "1024GiB");
      cluster.start(2);
      cluster.start(3);
      cluster.awaitInSync(3);
      await().atMost(PATIENCE).until(() -> cluster.leader() > 1);
      long epoch = cluster.epoch();
      try (DistributedKVStore store =
          DistributedKVStore.connect("127.0.0.1:" + full.ports().client())) {
        store.put("key", "before");
        full.metadataQuorum().propose(new IsrChange.Transfer(0, epoch, 1)).get();
        while (cluster.epoch() <= epoch + 1) {
          store.put("key", "meanwhile");
        }
        store.put("key", "after");
        assertThat(cluster.leader()).isGreaterThan(1);
        assertThat(store.get("key")).isEqualTo("after");
      }
    }
  }
}
