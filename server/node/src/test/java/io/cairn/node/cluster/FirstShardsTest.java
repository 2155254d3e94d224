package io.cairn.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.replication.core.metadata.LogEnd;
import io.cairn.replication.core.metadata.ReplicaChange.CreateShard;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FirstShardsTest {
  private static final List<Integer> MEMBERS = List.of(1, 2, 3);

  private final Map<Integer, Map<Integer, LogEnd>> logEnds = new HashMap<>();

  @Test
  void theControllerLeadsLast() {
    for (int member : MEMBERS) {
      for (int shard = 0; shard < 4; shard++) {
        logEnd(member, shard, 0);
      }
    }
    assertThat(create(0, 2)).isEqualTo(new CreateShard(0, List.of(3, 1, 2), 0));
    assertThat(create(1, 2)).isEqualTo(new CreateShard(1, List.of(1, 2, 3), 0));
    assertThat(create(2, 2)).isEqualTo(new CreateShard(2, List.of(2, 3, 1), 0));
    assertThat(create(3, 2)).isEqualTo(new CreateShard(3, List.of(3, 1, 2), 0));
  }

  @Test
  void aNodeByItselfIsItsController() {
    logEnd(7, 0, 0);
    assertThat(FirstShards.create(0, List.of(7), 7, logEnds))
        .isEqualTo(new CreateShard(0, List.of(7), 0));
  }

  @Test
  void whoHasDataLeads() {
    logEnd(1, 0, 4);
    logEnd(2, 0, 0);
    logEnd(3, 0, 0);
    assertThat(create(0, 1)).isEqualTo(new CreateShard(0, List.of(1, 2, 3), 4));
  }

  @Test
  void twoWithDataAreNoCluster() {
    logEnd(1, 0, 4);
    logEnd(2, 0, 0);
    logEnd(3, 0, 1);
    assertThatThrownBy(() -> create(0, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("nodes [1, 3] have data of their own: only one of a new cluster's nodes may");
  }

  @Test
  void allHaveTheSameShards() {
    logEnd(1, 0, 0);
    logEnd(2, 0, 0);
    assertThatThrownBy(() -> create(0, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("node 3 has fewer shards than node 1");
  }

  private void logEnd(int member, int shard, long lastEpoch) {
    logEnds
        .computeIfAbsent(member, id -> new HashMap<>())
        .put(shard, new LogEnd(shard, member, lastEpoch, lastEpoch * 10));
  }

  private CreateShard create(int shard, int controller) {
    return FirstShards.create(shard, MEMBERS, controller, logEnds);
  }
}
