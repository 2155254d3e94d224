package io.cairn.cli;

import io.cairn.v1.NodeDescription;
import io.cairn.v1.NodeHealth;
import io.cairn.v1.ShardDescription;
import io.cairn.v1.StatusResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is wrong with a cluster, a sentence each. */
final class ClusterProblems {

  private final ClusterView view;
  private final List<String> problems = new ArrayList<>();

  private ClusterProblems(ClusterView view) {
    this.view = view;
  }

  static List<String> of(ClusterView view) {
    ClusterProblems found = new ClusterProblems(view);
    view.agreed().getNodesList().forEach(found::look);
    if (view.agreed().getShardsCount() == 0) {
      found.problems.add("There are no shards yet: they are made when all cluster.members run.");
    }
    view.agreed().getShardsList().forEach(found::look);
    // Last, for it is often what follows from the others.
    view.statuses()
        .forEach(
            (nodeId, status) ->
                status
                    .getProblemsList()
                    .forEach(problem -> found.problems.add("Node " + nodeId + ": " + problem)));
    return found.problems;
  }

  private void look(NodeDescription node) {
    StatusResponse status = view.statuses().get(node.getNodeId());
    String name = "Node " + node.getNodeId();
    if (!node.getAlive()) {
      problems.add(name + " is not alive.");
    } else if (status == null) {
      problems.add(name + " is alive but does not answer: " + view.silent().get(node.getNodeId()));
    }
    if (status != null && status.getHealth() != NodeHealth.NODE_HEALTH_SERVING) {
      problems.add(name + " is " + word(status.getHealth()) + ".");
    }
  }

  private void look(ShardDescription shard) {
    String name = "Shard " + shard.getShard();
    List<Integer> inSync = shard.getInSyncReplicasList();
    if (shard.getLeader() == 0) {
      problems.add(
          name
              + " has no leader. Its in-sync replicas ("
              + ClusterView.list(inSync)
              + ") do not run: start one of them. Only if none comes back, see"
              + " `cairn cluster force-leader --help`.");
    }
    shard.getReplicasList().stream()
        .filter(replica -> !inSync.contains(replica))
        .forEach(replica -> problems.add(name + ": " + notInSync(shard.getShard(), replica)));
    if (view.replacementWaits(shard)) {
      problems.add(
          "%s: node %d takes the place of node %d when more replicas are in sync: %d of %d."
              .formatted(
                  name, shard.getAdding(), shard.getRemoving(), inSync.size(), view.needed(shard)));
    }
    if (inSync.size() < view.needed(shard)) {
      problems.add(
          "%s refuses STRONG writes: of its replicas %d are in sync, and %d are needed."
              .formatted(name, inSync.size(), view.needed(shard)));
    }
  }

  private String notInSync(int shard, int replica) {
    return "node "
        + replica
        + " is not in sync"
        + view.followers().stream()
            .filter(one -> one.shard() == shard && one.status().getNodeId() == replica)
            .filter(one -> one.behindOperations() > 0)
            .map(one -> ": " + one.lag() + " behind")
            .findFirst()
            .orElse("")
        + ".";
  }

  /** "read only". */
  static String word(NodeHealth health) {
    return health.name().replace("NODE_HEALTH_", "").replace('_', ' ').toLowerCase(Locale.ROOT);
  }
}
