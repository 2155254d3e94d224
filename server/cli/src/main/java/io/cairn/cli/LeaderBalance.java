package io.cairn.cli;

import io.cairn.v1.DescribeResponse;
import io.cairn.v1.NodeDescription;
import io.cairn.v1.ShardDescription;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which leaderships go elsewhere so that nodes lead as many shards each: until no node leads two
 * more than one that is in sync with a shard of it. Where nodes are equal the controller is spared:
 * when it fails, what it leads waits for a new controller.
 */
final class LeaderBalance {

  /**
   * @param shard its number
   * @param from the node that leads it
   * @param to an in-sync replica
   */
  record Move(int shard, int from, int to) {}

  private final DescribeResponse cluster;

  /** How many shards each node leads that is alive. */
  private final Map<Integer, Integer> led = new TreeMap<>();

  private final Map<Integer, Integer> leaders = new TreeMap<>();

  private LeaderBalance(DescribeResponse cluster) {
    this.cluster = cluster;
    cluster.getNodesList().stream()
        .filter(NodeDescription::getAlive)
        .forEach(node -> led.put(node.getNodeId(), 0));
    for (ShardDescription shard : cluster.getShardsList()) {
      leaders.put(shard.getShard(), shard.getLeader());
      led.computeIfPresent(shard.getLeader(), (node, count) -> count + 1);
    }
  }

  static List<Move> moves(DescribeResponse cluster) {
    LeaderBalance balance = new LeaderBalance(cluster);
    List<Move> moves = new ArrayList<>();
    Optional<Move> next = balance.best();
    while (next.isPresent()) {
      Move move = next.get();
      moves.add(move);
      balance.leaders.put(move.shard(), move.to());
      balance.led.merge(move.from(), -1, Integer::sum);
      balance.led.merge(move.to(), 1, Integer::sum);
      next = balance.best();
    }
    // A shard that went on from where it went to goes there at once.
    return cluster.getShardsList().stream()
        .filter(shard -> moves.stream().anyMatch(move -> move.shard() == shard.getShard()))
        .map(shard -> new Move(shard.getShard(), shard.getLeader(), balance.leader(shard)))
        .filter(move -> move.from() != move.to())
        .toList();
  }

  private int leader(ShardDescription shard) {
    return leaders.getOrDefault(shard.getShard(), 0);
  }

  private Optional<Move> best() {
    return cluster.getShardsList().stream()
        .filter(shard -> led.containsKey(leader(shard)))
        .flatMap(
            shard ->
                shard.getInSyncReplicasList().stream()
                    .filter(led::containsKey)
                    .map(to -> new Move(shard.getShard(), leader(shard), to)))
        .filter(move -> difference(move) >= 2)
        .max(
            Comparator.<Move>comparingInt(this::difference)
                .thenComparing(move -> move.to() != cluster.getController())
                .thenComparing(move -> move.from() == cluster.getController()));
  }

  private int difference(Move move) {
    return led.getOrDefault(move.from(), 0) - led.getOrDefault(move.to(), 0);
  }
}
