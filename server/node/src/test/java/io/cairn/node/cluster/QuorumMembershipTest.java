package io.cairn.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.replication.core.metadata.NodeChange;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.replication.core.metadata.ReplicaChange;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who agrees on the metadata: members that begin, come, leave and lose what they had. */
@Timeout(180)
class QuorumMembershipTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

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
      TestCalls.put(cluster, "after", "all");
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
      cluster.awaitAlive(1, true);

      cluster.makeController(2);

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
      cluster.awaitAlive(4, true);
      int lost = cluster.leader() % 3 + 1;
      cluster.propose(new ReplicaChange.AddReplica(0, 4, lost));
      await().atMost(PATIENCE).until(() -> !cluster.replicas().contains(lost));
      cluster.stop(lost);
      cluster.awaitAlive(lost, false);
      List<Integer> left = new ArrayList<>(List.of(1, 2, 3));
      left.remove((Integer) lost);
      int first = left.get(0);
      int second = left.get(1);
      assertThat(cluster.quorum(first)).containsExactly(1, 2, 3);

      cluster.propose(new NodeChange.Remove(lost));

      await().atMost(PATIENCE).until(() -> cluster.quorum(first).equals(left));
      await().atMost(PATIENCE).until(() -> cluster.node(first).cluster().problems().isEmpty());
      cluster.stop(4);
      cluster.start(4, "cluster.members", cluster.members(first, second, 4));
      await().atMost(PATIENCE).until(() -> cluster.quorum(first).equals(List.of(first, second, 4)));
      cluster.awaitInSync(3);
      // Takes a majority of the quorum: the new member and one of the others.
      cluster.stop(second);
      cluster.awaitInSync(2);
      TestCalls.put(cluster, "after", "all");

      // It knows the founders alone, and asks the controller for its seat.
      cluster.makeController(first);
      cluster.start(lost, "cluster.members", founders);
      await().atMost(PATIENCE).until(() -> cluster.quorum(first).contains(lost));
      cluster.awaitAlive(lost, true);
      assertThat(cluster.founding(lost).joined()).isTrue();
      assertThat(cluster.metadata().forgotten()).isEmpty();
    }
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
}
