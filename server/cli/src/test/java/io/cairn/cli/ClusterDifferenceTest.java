package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.v1.DescribeResponse;
import io.cairn.v1.NodeDescription;
import io.cairn.v1.ShardDescription;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterDifferenceTest {

  private static final ShardDescription SHARD =
      ShardDescription.newBuilder().setLeader(1).addAllReplicas(List.of(1, 2, 3)).build();

  private static DescribeResponse cluster(ShardDescription.Builder shard) {
    return DescribeResponse.newBuilder()
        .addNodes(NodeDescription.newBuilder().setNodeId(1))
        .addShards(shard)
        .build();
  }

  private static List<String> sentences(
      ShardDescription.Builder before, ShardDescription.Builder after) {
    return ClusterDifference.sentences(cluster(before), cluster(after));
  }

  @Test
  void nothingIsDifferent() {
    assertThat(sentences(SHARD.toBuilder(), SHARD.toBuilder().setEpoch(7))).isEmpty();
  }

  @Test
  void copyingBeginsAndIsGivenUp() {
    assertThat(sentences(SHARD.toBuilder(), SHARD.toBuilder().setAdding(4)))
        .containsExactly("Shard 0: node 4 copies it.");
    assertThat(sentences(SHARD.toBuilder(), SHARD.toBuilder().setAdding(4).setRemoving(3)))
        .containsExactly("Shard 0: node 4 copies it, to take the place of node 3.");
    assertThat(sentences(SHARD.toBuilder().setAdding(4), SHARD.toBuilder()))
        .containsExactly("Shard 0: node 4 does not copy it any more.");
    assertThat(
            sentences(
                SHARD.toBuilder().setAdding(4),
                SHARD.toBuilder().clearReplicas().addAllReplicas(List.of(1, 2, 3, 4))))
        .containsExactly("Shard 0: nodes 1, 2, 3, 4 hold it, before it were 1, 2, 3.");
  }

  @Test
  void leadersComeAndGo() {
    assertThat(sentences(SHARD.toBuilder(), SHARD.toBuilder().setLeader(2)))
        .containsExactly("Shard 0: node 2 leads it, before it was node 1.");
    assertThat(sentences(SHARD.toBuilder(), SHARD.toBuilder().setLeader(0)))
        .containsExactly("Shard 0: nobody leads it.");
    assertThat(sentences(SHARD.toBuilder().setLeader(0), SHARD.toBuilder()))
        .containsExactly("Shard 0: node 1 leads it, before nobody did.");
  }
}
