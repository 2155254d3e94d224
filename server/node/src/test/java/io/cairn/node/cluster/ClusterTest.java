package io.cairn.node.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.cairn.node.CairnNode;
import io.cairn.replication.core.Operation;
import io.cairn.replication.core.ReplicaStatus;
import io.cairn.replication.core.metadata.ChangeResult;
import io.cairn.replication.core.metadata.IsrChange;
import io.cairn.replication.core.metadata.MetadataChange;
import io.cairn.replication.core.metadata.MetadataQuorum;
import io.cairn.replication.core.metadata.NodeChange;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.replication.core.metadata.ReplicaChange;
import io.cairn.replication.core.metadata.SetReadLease;
import io.cairn.v1.Consistency;
import io.cairn.v1.GetRequest;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.PutRequest;
import io.cairn.v1.PutResponse;
import io.cairn.v1.Value;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
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
      int leader = cluster.leader();
      for (int i = 0; i < 100; i++) {
        put(cluster.node(leader), "key" + i, "value" + i);
      }
      for (int nodeId = 1; nodeId <= 3; nodeId++) {
        assertThat(get(cluster.node(nodeId), "key7", Consistency.CONSISTENCY_EVENTUAL))
            .isEqualTo("value7");
      }
      cluster.stop(leader);
      await().atMost(PATIENCE).until(() -> cluster.leader() != leader && cluster.leader() != 0);
      int next = cluster.leader();
      await()
          .atMost(PATIENCE)
          .ignoreExceptionsMatching(StatusRuntimeException.class::isInstance)
          .until(
              () ->
                  get(cluster.node(next), "key99", Consistency.CONSISTENCY_STRONG)
                      .equals("value99"));
      put(cluster.node(next), "key99", "other");
      cluster.start(leader);
      cluster.awaitInSync(3);
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  get(cluster.node(leader), "key99", Consistency.CONSISTENCY_EVENTUAL)
                      .equals("other"));
    }
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
      put(cluster.node(cluster.leader()), "first", "1");
      cluster.stop(away);
      CairnNode leader = cluster.node(cluster.leader());
      String large = "x".repeat(400_000);
      for (int i = 0; i < 40; i++) {
        put(leader, "large" + i, large + i);
      }
      await().atMost(PATIENCE).until(() -> cluster.shard(leader).log().startOffset() > 20);
      cluster.start(away);
      cluster.awaitInSync(3);
      assertThat(get(cluster.node(away), "large7", Consistency.CONSISTENCY_EVENTUAL))
          .isEqualTo(large + 7);
      assertThat(get(cluster.node(away), "first", Consistency.CONSISTENCY_EVENTUAL)).isEqualTo("1");
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
      put(cluster.node(old), "key", "1");
      cluster.stop(old);
      cluster.awaitInSync(2);
      int next = IntStream.of(1, 2, 3).filter(n -> n != old && n != cluster.leader()).sum();
      IsrChange.Transfer transfer = new IsrChange.Transfer(0, cluster.epoch(), next);
      cluster.node(next).metadataQuorum().propose(transfer).get(60, TimeUnit.SECONDS);
      put(cluster.node(next), "beaten", "newer");
      cluster.appendToLog(old, eventualPut("beaten", "older"), eventualPut("lost", "found"));

      cluster.start(old);
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  get(cluster.node(next), "lost", Consistency.CONSISTENCY_STRONG).equals("found"));
      await().atMost(PATIENCE).until(() -> cluster.cutOff(old).size() == 4);
      assertThat(cluster.cutOff(old).get(2)).contains("\"outcome\":\"PLACED\"");
      assertThat(cluster.cutOff(old).get(3)).contains("\"outcome\":\"SUPERSEDED\"");
      assertThat(get(cluster.node(next), "beaten", Consistency.CONSISTENCY_STRONG))
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
        put(cluster.node(cluster.leader()), "key" + i, "value" + i);
      }
      cluster.stop(wiped);
      cluster.wipe(wiped);
      cluster.start(wiped);
      cluster.awaitInSync(3);
      assertThat(get(cluster.node(wiped), "key19", Consistency.CONSISTENCY_EVENTUAL))
          .isEqualTo("value19");
    }
  }

  /** It may have voted; what it starts with now has not. */
  @Test
  void aMemberOfTheQuorumWhoseDirectoryIsWipedJoinsItAnewAndCountsAgain() throws IOException {
    try (TestCluster cluster = new TestCluster(directory, 3, Map.of())) {
      cluster.startAll();
      cluster.awaitInSync(3);
      assertThat(cluster.founding(1).joined()).isFalse();
      assertThat(cluster.founding(1).stores()).containsOnlyKeys(2, 3);
      int wiped = cluster.leader() % 3 + 1;
      cluster.stop(wiped);
      cluster.wipe(wiped);
      cluster.start(wiped);
      cluster.awaitInSync(3);
      assertThat(cluster.founding(wiped).joined()).isTrue();

      cluster.stop(wiped % 3 + 1);
      // Takes a majority of the quorum: the wiped one and another.
      cluster.awaitInSync(2);
      cluster.stop(wiped);
      cluster.start(wiped);
      cluster.awaitInSync(2);
      put(cluster.node(cluster.leader()), "after", "all");
    }
  }

  @Test
  void aMemberOfTheQuorumWhoseVoteIsLostJoinsItAnew() throws IOException {
    try (TestCluster cluster = new TestCluster(directory, 3, Map.of())) {
      cluster.startAll();
      cluster.awaitInSync(3);
      int lost = cluster.leader();
      cluster.stop(lost);
      cluster.loseVote(lost);
      cluster.start(lost);
      cluster.awaitInSync(3);
      await().atMost(PATIENCE).until(() -> cluster.founding(lost).joined());
      cluster.stop(lost % 3 + 1);
      cluster.awaitInSync(2);
    }
  }

  /** Those that are named later find a quorum that is older than their disks. */
  @Test
  void theQuorumGrowsFromOneMemberToThree() {
    try (TestCluster cluster = new TestCluster(directory, 3, Map.of())) {
      cluster.start(1, "cluster.members", cluster.members(1));
      cluster.awaitInSync(1);
      cluster.start(2);
      cluster.start(3);
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  cluster.metadata().nodes().size() == 3
                      && cluster.metadata().nodes().values().stream()
                          .allMatch(NodeMetadata::alive));
      cluster.stop(1);
      await()
          .atMost(PATIENCE)
          .until(() -> List.of(2, 3).contains(cluster.node(2).metadataQuorum().controllerOrNone()));
      cluster.start(1);
      cluster.awaitInSync(1);
    }
  }

  /** Its own configuration does not name the controller, to which it has to say that it lives. */
  @Test
  void aNodeIsHeardByAControllerThatItsConfigurationDoesNotName() {
    try (TestCluster cluster =
        new TestCluster(directory, 3, Map.of("cluster.failure-timeout", "500ms"))) {
      cluster.start(1, "cluster.members", cluster.members(1));
      cluster.awaitInSync(1);
      cluster.start(2);
      cluster.start(3);
      await().atMost(PATIENCE).until(() -> cluster.quorum(1).equals(List.of(1, 2, 3)));
      awaitAlive(cluster, 1, true);

      makeController(cluster, 2);

      await()
          .during(Duration.ofMillis(1_500))
          .atMost(PATIENCE)
          .until(() -> Objects.requireNonNull(cluster.metadata().nodes().get(1)).alive());
    }
  }

  @Test
  void aClusterBeginsWhenAllMembersOfItsQuorumWereStarted() {
    try (TestCluster cluster = new TestCluster(directory, 3, Map.of())) {
      cluster.start(1);
      cluster.start(2);
      assertThat(cluster.metadata().version()).isZero();
      assertThat(directory.resolve("node-1/metadata-quorum")).doesNotExist();
      cluster.start(3);
      cluster.awaitInSync(3);
    }
  }

  @Test
  void aFourthNodeTakesThePlaceOfAnother() {
    try (TestCluster cluster = new TestCluster(directory, 3, Map.of())) {
      cluster.startAll();
      cluster.awaitInSync(3);
      for (int i = 0; i < 20; i++) {
        put(cluster.node(cluster.leader()), "key" + i, "value" + i);
      }
      CairnNode fourth = cluster.startNew(4);
      awaitAlive(cluster, 4, true);
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
                  assertThat(get(fourth, "key19", Consistency.CONSISTENCY_EVENTUAL))
                      .isEqualTo("value19"));
    }
  }

  /** Otherwise a cluster whose machines are replaced one by one would end without a quorum. */
  @Test
  void aMemberThatIsForgottenLeavesTheQuorumAndAnotherNodeTakesItsSeat() throws IOException {
    try (TestCluster cluster = new TestCluster(directory, 4, Map.of())) {
      String founders = cluster.members(1, 2, 3);
      for (int nodeId = 1; nodeId <= 3; nodeId++) {
        cluster.start(nodeId, "cluster.members", founders);
      }
      cluster.start(4, "cluster.members", founders, "peer-listen", cluster.newPeerAddress());
      cluster.awaitInSync(3);
      awaitAlive(cluster, 4, true);
      int lost = cluster.leader() % 3 + 1;
      propose(cluster, new ReplicaChange.AddReplica(0, 4, lost));
      await().atMost(PATIENCE).until(() -> !cluster.replicas().contains(lost));
      cluster.stop(lost);
      awaitAlive(cluster, lost, false);
      List<Integer> left = new ArrayList<>(List.of(1, 2, 3));
      left.remove((Integer) lost);
      int first = left.get(0);
      int second = left.get(1);
      assertThat(cluster.quorum(first)).containsExactly(1, 2, 3);

      propose(cluster, new NodeChange.Remove(lost));

      await().atMost(PATIENCE).until(() -> cluster.quorum(first).equals(left));
      await().atMost(PATIENCE).until(() -> cluster.node(first).cluster().problems().isEmpty());
      cluster.stop(4);
      cluster.start(4, "cluster.members", cluster.members(first, second, 4));
      await().atMost(PATIENCE).until(() -> cluster.quorum(first).equals(List.of(first, second, 4)));
      cluster.awaitInSync(3);
      // Takes a majority of the quorum: the new member and one of the others.
      cluster.stop(second);
      cluster.awaitInSync(2);
      put(cluster.node(cluster.leader()), "after", "all");

      // It knows the founders alone, and asks the controller for its seat.
      makeController(cluster, first);
      cluster.start(lost, "cluster.members", founders);
      await().atMost(PATIENCE).until(() -> cluster.quorum(first).contains(lost));
      awaitAlive(cluster, lost, true);
      assertThat(cluster.founding(lost).joined()).isTrue();
      assertThat(cluster.metadata().forgotten()).isEmpty();
    }
  }

  @Test
  void aLeaderReadsByALeaseAndTheNextOneToo() {
    try (TestCluster cluster = new TestCluster(directory, 3, Map.of())) {
      cluster.startAll();
      cluster.awaitInSync(3);
      propose(cluster, new SetReadLease(400));
      int first = cluster.leader();
      awaitLease(cluster, first);
      put(cluster.node(first), "key", "old");
      assertThat(get(cluster.node(first), "key", Consistency.CONSISTENCY_STRONG)).isEqualTo("old");

      cluster.stop(first);
      cluster.awaitInSync(2);
      CairnNode next = cluster.node(cluster.leader());
      put(next, "key", "new");
      awaitLease(cluster, cluster.leader());
      assertThat(get(next, "key", Consistency.CONSISTENCY_STRONG)).isEqualTo("new");
    }
  }

  private static void awaitLease(TestCluster cluster, int leader) {
    ReplicaStatus status = cluster.shard(cluster.node(leader)).status();
    await().atMost(PATIENCE).until(() -> status.hasLease(System.nanoTime()));
  }

  private static void awaitAlive(TestCluster cluster, int nodeId, boolean alive) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              NodeMetadata node = cluster.metadata().nodes().get(nodeId);
              return node != null && node.alive() == alive;
            });
  }

  /** It may lose an election. */
  private static void makeController(TestCluster cluster, int nodeId) {
    MetadataQuorum quorum = cluster.node(nodeId).metadataQuorum();
    await()
        .pollInterval(Duration.ofSeconds(1))
        .atMost(PATIENCE)
        .until(
            () -> {
              quorum.campaign();
              return quorum.isController();
            });
  }

  private static void propose(TestCluster cluster, MetadataChange change) {
    ChangeResult result = cluster.node(cluster.leader()).metadataQuorum().propose(change).join();
    assertThat(result).isInstanceOf(ChangeResult.Applied.class);
  }

  @Test
  void aMemberIsCalledWhereItIsSaidToBeNotWhereItListens() {
    try (TestCluster cluster = new TestCluster(directory, 1, Map.of())) {
      cluster.start(1, "peer-listen", "127.0.0.1:0");
      cluster.awaitInSync(1);

      NodeMetadata node = Objects.requireNonNull(cluster.metadata().nodes().get(1));
      assertThat(node.endpoints().get(0)).isEqualTo(cluster.peerAddress(1));
    }
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
      int controller = cluster.node(1).metadataQuorum().controllerOrNone();
      CairnNode candidate = cluster.node(controller == 1 ? 2 : 1);
      CairnNode other = cluster.node(controller == 3 ? 2 : 3);
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                other.cluster().onUnreachable(controller);
                candidate.cluster().onUnreachable(controller);
                return candidate.metadataQuorum().controllerOrNone();
              },
              now -> now == candidate.identity().nodeId());
      put(candidate, "key", "value");
    }
  }

  /** Its reserve is more than the disk has, so it refuses puts from the beginning. */
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
      full.metadataQuorum().propose(new IsrChange.Transfer(0, epoch, 1)).get();
      await().atMost(PATIENCE).until(() -> cluster.epoch() > epoch + 1 && cluster.leader() > 1);
      put(cluster.node(cluster.leader()), "key", "value");
    }
  }

  /** Tries again while the node says that it does not serve yet. */
  private static void put(CairnNode node, String key, String value) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsMatching(StatusRuntimeException.class::isInstance)
        .until(() -> putOnce(node, key, value) != null);
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

  private static String get(CairnNode node, String key, Consistency level) {
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
