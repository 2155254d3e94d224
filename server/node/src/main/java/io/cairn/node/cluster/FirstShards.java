package io.cairn.node.cluster;

import io.cairn.replication.core.metadata.LogEnd;
import io.cairn.replication.core.metadata.ReplicaChange.CreateShard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Who holds and who first leads the shards of a new cluster. */
final class FirstShards {
  private FirstShards() {}

  /**
   * All members hold a shard, and each is led by another one, by the controller last: if it dies, a
   * shard that it leads has no new leader before there is a new controller. When one of the members
   * was a node by itself before, with data, it leads and the others copy it.
   *
   * @param logEnds of each member, by node id and shard
   * @throws IllegalStateException with a sentence why no cluster can be made of these members
   */
  static CreateShard create(
      int shard,
      List<Integer> members,
      int controller,
      Map<Integer, Map<Integer, LogEnd>> logEnds) {
    List<Integer> withData = new ArrayList<>();
    long lastEpoch = 0;
    for (int member : members) {
      LogEnd end = logEnds.getOrDefault(member, Map.of()).get(shard);
      if (end == null) {
        throw new IllegalStateException(
            "node " + member + " has fewer shards than node " + controller);
      }
      if (end.lastEpoch() > 0) {
        withData.add(member);
        lastEpoch = end.lastEpoch();
      }
    }
    if (withData.size() > 1) {
      throw new IllegalStateException(
          "nodes " + withData + " have data of their own: only one of a new cluster's nodes may");
    }
    int first =
        withData.isEmpty()
            ? (members.indexOf(controller) + 1 + shard) % members.size()
            : members.indexOf(withData.get(0));
    List<Integer> replicas = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      replicas.add(members.get((first + i) % members.size()));
    }
    return new CreateShard(shard, replicas, lastEpoch);
  }
}
