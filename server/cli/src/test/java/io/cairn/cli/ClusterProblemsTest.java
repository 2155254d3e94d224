package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.v1.DescribeResponse;
import io.cairn.v1.FollowerStatus;
import io.cairn.v1.NodeDescription;
import io.cairn.v1.NodeHealth;
import io.cairn.v1.ShardDescription;
import io.cairn.v1.ShardStatus;
import io.cairn.v1.StatusResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterProblemsTest {

  private static final StatusResponse WELL =
      StatusResponse.newBuilder().setHealth(NodeHealth.NODE_HEALTH_SERVING).build();

  private static DescribeResponse.Builder nodes(boolean thirdIsAlive) {
    return DescribeResponse.newBuilder()
        .addNodes(NodeDescription.newBuilder().setNodeId(1).setAlive(true))
        .addNodes(NodeDescription.newBuilder().setNodeId(2).setAlive(true))
        .addNodes(NodeDescription.newBuilder().setNodeId(3).setAlive(thirdIsAlive));
  }

  private static ShardDescription.Builder shard() {
    return ShardDescription.newBuilder()
        .setLeader(1)
        .addAllReplicas(List.of(1, 2, 3))
        .addAllInSyncReplicas(List.of(1, 2, 3));
  }

  private static List<String> problems(
      DescribeResponse.Builder agreed, Map<Integer, StatusResponse> statuses) {
    return ClusterProblems.of(
        new ClusterView(agreed.build(), statuses, Map.of(3, "Cannot reach c:7400.")));
  }

  @Test
  void noneWhenAllIsWell() {
    assertThat(problems(nodes(true).addShards(shard()), Map.of(1, WELL, 2, WELL, 3, WELL)))
        .isEmpty();
  }

  @Test
  void nodesThatAreGoneOrSilentOrTroubled() {
    assertThat(problems(nodes(false).addShards(shard()), Map.of(1, WELL, 2, WELL)))
        .containsExactly("Node 3 is not alive.");
    assertThat(problems(nodes(true).addShards(shard()), Map.of(1, WELL, 2, WELL)))
        .containsExactly("Node 3 is alive but does not answer: Cannot reach c:7400.");
    StatusResponse full =
        StatusResponse.newBuilder()
            .setHealth(NodeHealth.NODE_HEALTH_READ_ONLY)
            .addProblems("The disk is full.")
            .build();
    assertThat(problems(nodes(true).addShards(shard()), Map.of(1, WELL, 2, WELL, 3, full)))
        .containsExactly("Node 3 is read only.", "Node 3: The disk is full.");
  }

  @Test
  void shardsWithoutLeaderOrWithTooFewInSync() {
    Map<Integer, StatusResponse> well = Map.of(1, WELL, 2, WELL, 3, WELL);
    assertThat(
            problems(
                nodes(true)
                    .addShards(shard().setLeader(0).clearInSyncReplicas().addInSyncReplicas(1)),
                well))
        .containsExactly(
            "Shard 0 has no leader. Its in-sync replicas (1) do not run: start one of them. Only if"
                + " none comes back, see `cairn cluster force-leader --help`.",
            "Shard 0: node 2 is not in sync.",
            "Shard 0: node 3 is not in sync.",
            "Shard 0 refuses STRONG writes: of its replicas 1 are in sync, and 2 are needed.");
    assertThat(problems(nodes(true).setMinInsyncReplicas(4).addShards(shard()), well)).isEmpty();
    assertThat(problems(nodes(true), well)).hasSize(1);
  }

  @Test
  void aReplacementThatWaits() {
    Map<Integer, StatusResponse> well = Map.of(1, WELL, 2, WELL, 3, WELL);
    ShardDescription.Builder replacing =
        shard().clearInSyncReplicas().addInSyncReplicas(1).setAdding(4).setRemoving(1);
    String waits =
        "Shard 0: node 4 takes the place of node 1 when more replicas are in sync: 1 of 2.";
    assertThat(problems(nodes(true).addShards(replacing), well)).contains(waits);
    assertThat(problems(nodes(true).addShards(replacing.addInSyncReplicas(2)), well))
        .doesNotContain(waits);
    assertThat(problems(nodes(true).addShards(replacing.setRemoving(3)), well))
        .doesNotContain(waits);
  }

  @Test
  void howFarAReplicaIsBehind() {
    StatusResponse leader =
        WELL.toBuilder()
            .addShards(
                ShardStatus.newBuilder()
                    .setLogEndOffset(1_500)
                    .addFollowers(
                        FollowerStatus.newBuilder()
                            .setNodeId(3)
                            .setAckedOffset(300)
                            .setLagMillis(2_000)))
            .build();
    assertThat(
            problems(
                nodes(true)
                    .addShards(shard().clearInSyncReplicas().addAllInSyncReplicas(List.of(1, 2))),
                Map.of(1, leader, 2, WELL, 3, WELL)))
        .containsExactly("Shard 0: node 3 is not in sync: 1,200 operations, 2000 ms behind.");
  }
}
