package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cli.LeaderBalance.Move;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.NodeDescription;
import io.cairn.v1.ShardDescription;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class LeaderBalanceProperties {

  private static DescribeResponse cluster(int controller, int nodes, List<List<Integer>> isrs) {
    DescribeResponse.Builder cluster = DescribeResponse.newBuilder().setController(controller);
    for (int node = 1; node <= nodes; node++) {
      cluster.addNodes(NodeDescription.newBuilder().setNodeId(node).setAlive(true));
    }
    for (int shard = 0; shard < isrs.size(); shard++) {
      cluster.addShards(
          ShardDescription.newBuilder()
              .setShard(shard)
              .setLeader(isrs.get(shard).get(0))
              .addAllInSyncReplicas(isrs.get(shard)));
    }
    return cluster.build();
  }

  private static DescribeResponse random(long seed) {
    Random random = new Random(seed);
    DescribeResponse.Builder cluster = DescribeResponse.newBuilder();
    int nodes = 1 + random.nextInt(6);
    cluster.setController(random.nextInt(nodes + 1));
    List<Integer> ids = new ArrayList<>();
    for (int node = 1; node <= nodes; node++) {
      ids.add(node);
      cluster.addNodes(
          NodeDescription.newBuilder().setNodeId(node).setAlive(random.nextInt(5) > 0));
    }
    int shards = random.nextInt(12);
    for (int shard = 0; shard < shards; shard++) {
      Collections.shuffle(ids, random);
      List<Integer> inSync = ids.subList(0, 1 + random.nextInt(nodes));
      boolean led = cluster.getNodes(inSync.get(0) - 1).getAlive();
      cluster.addShards(
          ShardDescription.newBuilder()
              .setShard(shard)
              .setLeader(led ? inSync.get(0) : 0)
              .addAllInSyncReplicas(inSync));
    }
    return cluster.build();
  }

  /** Each shard moves once, to a living in-sync replica, and then no single move helps any more. */
  @Property(tries = 500)
  void afterTheMovesNoneIsLeft(@ForAll long seed) {
    DescribeResponse before = random(seed);
    Map<Integer, Integer> target = new HashMap<>();
    for (Move move : LeaderBalance.moves(before)) {
      ShardDescription shard = before.getShards(move.shard());
      assertThat(target.put(move.shard(), move.to())).isNull();
      assertThat(move.from()).isEqualTo(shard.getLeader()).isNotEqualTo(move.to()).isPositive();
      assertThat(shard.getInSyncReplicasList()).contains(move.to());
      assertThat(before.getNodes(move.to() - 1).getAlive()).isTrue();
    }
    DescribeResponse.Builder after = before.toBuilder();
    target.forEach((shard, to) -> after.getShardsBuilder(shard).setLeader(to));
    assertThat(LeaderBalance.moves(after.build())).isEmpty();
    Map<Integer, Integer> led = new HashMap<>();
    after.getShardsList().forEach(shard -> led.merge(shard.getLeader(), 1, Integer::sum));
    for (ShardDescription shard : after.getShardsList()) {
      for (int other : shard.getInSyncReplicasList()) {
        if (shard.getLeader() != 0 && before.getNodes(other - 1).getAlive()) {
          assertThat(led.getOrDefault(shard.getLeader(), 0) - led.getOrDefault(other, 0))
              .isLessThan(2);
        }
      }
    }
  }

  @Example
  void oneNodeLeadsAllAfterFailovers() {
    List<Integer> all = List.of(3, 1, 2);
    assertThat(LeaderBalance.moves(cluster(2, 3, List.of(all, all, all))))
        .extracting(Move::to)
        .containsExactlyInAnyOrder(1, 2);
  }

  @Example
  void theControllerIsSpared() {
    List<Integer> all = List.of(3, 1, 2);
    assertThat(LeaderBalance.moves(cluster(1, 3, List.of(all, all))))
        .extracting(Move::to)
        .containsExactly(2);
    assertThat(LeaderBalance.moves(cluster(2, 3, List.of(all, all))))
        .extracting(Move::to)
        .containsExactly(1);
  }

  @Example
  void whatIsEvenStays() {
    assertThat(
            LeaderBalance.moves(
                cluster(1, 2, List.of(List.of(1, 2), List.of(2, 1), List.of(1, 2)))))
        .isEmpty();
    assertThat(LeaderBalance.moves(cluster(1, 2, List.of(List.of(1), List.of(1))))).isEmpty();
  }
}
