package io.cairn.cli;

import io.cairn.v1.DescribeResponse;
import io.cairn.v1.NodeDescription;
import io.cairn.v1.ShardDescription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What has become different in a cluster, a sentence each. */
final class ClusterDifference {

  private ClusterDifference() {}

  static List<String> sentences(DescribeResponse before, DescribeResponse after) {
    List<String> sentences = new ArrayList<>();
    Map<Integer, ShardDescription> old = new HashMap<>();
    before.getShardsList().forEach(shard -> old.put(shard.getShard(), shard));
    for (ShardDescription shard : after.getShardsList()) {
      ShardDescription was = old.get(shard.getShard());
      if (was != null) {
        compare(was, shard, sentences);
      }
    }
    Map<Integer, NodeDescription> left =
        after.getNodesList().stream()
            .collect(Collectors.toMap(NodeDescription::getNodeId, node -> node));
    before.getNodesList().stream()
        .filter(node -> !left.containsKey(node.getNodeId()))
        .forEach(node -> sentences.add("Node " + node.getNodeId() + " is forgotten."));
    if (before.getMinInsyncReplicas() != after.getMinInsyncReplicas()) {
      int needed = after.getMinInsyncReplicas();
      sentences.add(
          "A STRONG write needs "
              + (needed == 0 ? "a majority" : Integer.toString(needed))
              + " of a shard's replicas in sync.");
    }
    if (before.getReadLeaseMillis() != after.getReadLeaseMillis()) {
      sentences.add(
          after.getReadLeaseMillis() == 0
              ? "Every STRONG read asks the other in-sync replicas."
              : "A leader answers STRONG reads by a lease of "
                  + after.getReadLeaseMillis()
                  + " ms.");
    }
    return sentences;
  }

  private static void compare(ShardDescription was, ShardDescription is, List<String> sentences) {
    String name = "Shard " + is.getShard() + ": ";
    if (is.getAdding() != was.getAdding() && is.getAdding() != 0) {
      sentences.add(
          name
              + "node "
              + is.getAdding()
              + " copies it"
              + (is.getRemoving() == 0
                  ? "."
                  : ", to take the place of node " + is.getRemoving() + "."));
    }
    if (is.getAdding() == 0
        && was.getAdding() != 0
        && !is.getReplicasList().contains(was.getAdding())) {
      sentences.add(name + "node " + was.getAdding() + " does not copy it any more.");
    }
    if (!is.getReplicasList().equals(was.getReplicasList())) {
      sentences.add(
          name
              + "nodes "
              + ClusterView.list(is.getReplicasList())
              + " hold it, before it were "
              + ClusterView.list(was.getReplicasList())
              + ".");
    }
    if (is.getLeader() != was.getLeader()) {
      sentences.add(
          name
              + (is.getLeader() == 0
                  ? "nobody leads it."
                  : "node "
                      + is.getLeader()
                      + " leads it, before "
                      + (was.getLeader() == 0
                          ? "nobody did."
                          : "it was node " + was.getLeader() + ".")));
    }
  }
}
