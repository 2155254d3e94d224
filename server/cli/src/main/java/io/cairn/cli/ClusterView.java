package io.cairn.cli;

import io.cairn.client.CairnClient;
import io.cairn.client.CairnException;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.FollowerStatus;
import io.cairn.v1.NodeDescription;
import io.cairn.v1.ShardDescription;
import io.cairn.v1.ShardStatus;
import io.cairn.v1.StatusResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster has agreed on, and what each of its nodes says of itself.
 *
 * @param statuses of the nodes that answer
 * @param silent why the others do not
 */
record ClusterView(
    DescribeResponse agreed, Map<Integer, StatusResponse> statuses, Map<Integer, String> silent) {

  /** A replica that another one leads, and the shard on that one. */
  record Follower(ShardStatus leader, FollowerStatus status) {
    int shard() {
      return leader.getShard();
    }

    long behindOperations() {
      return behind(leader, status);
    }

    String lag() {
      return ClusterView.lag(leader, status);
    }
  }

  /** Operations that the leader has and the follower has not on disk. */
  private static long behind(ShardStatus leader, FollowerStatus follower) {
    return Math.max(0, leader.getLogEndOffset() - follower.getAckedOffset());
  }

  /** "120 operations, 40 ms"; "-" when it has all. */
  static String lag(ShardStatus leader, FollowerStatus follower) {
    long operations = behind(leader, follower);
    return operations == 0
        ? "-"
        : Units.count(operations) + " operations, " + follower.getLagMillis() + " ms";
  }

  /**
   * Asks all nodes, at the same time.
   *
   * @param connect makes a client of one address, which is closed here
   */
  static ClusterView ask(DescribeResponse agreed, Function<String, CairnClient> connect) {
    Map<Integer, CairnClient> clients = new HashMap<>();
    Map<Integer, CompletableFuture<StatusResponse>> answers = new TreeMap<>();
    Map<Integer, StatusResponse> statuses = new TreeMap<>();
    Map<Integer, String> silent = new TreeMap<>();
    try {
      for (NodeDescription node : agreed.getNodesList()) {
        try {
          CairnClient client = connect.apply(node.getClientAddress());
          clients.put(node.getNodeId(), client);
          answers.put(node.getNodeId(), client.async().status());
        } catch (CliException malformed) {
          silent.put(node.getNodeId(), malformed.sentence());
        }
      }
      answers.forEach(
          (nodeId, answer) -> {
            try {
              statuses.put(nodeId, answer.join());
            } catch (CompletionException failed) {
              silent.put(
                  nodeId,
                  failed.getCause() instanceof CairnException cairn
                      ? String.valueOf(cairn.getMessage())
                      : String.valueOf(failed));
            }
          });
    } finally {
      clients.values().forEach(CairnClient::close);
    }
    return new ClusterView(agreed, statuses, silent);
  }

  /** As their leaders know them. */
  List<Follower> followers() {
    return agreed.getShardsList().stream()
        .flatMap(
            shard -> {
              ShardStatus leader = shardOnNodeOrNull(shard.getShard(), shard.getLeader());
              return leader == null
                  ? Stream.empty()
                  : leader.getFollowersList().stream()
                      .map(follower -> new Follower(leader, follower));
            })
        .toList();
  }

  /** How a shard is on a node; null when the node does not answer or does not hold it. */
  private @Nullable ShardStatus shardOnNodeOrNull(int shard, int nodeId) {
    StatusResponse status = statuses.get(nodeId);
    return status == null
        ? null
        : status.getShardsList().stream()
            .filter(one -> one.getShard() == shard)
            .findFirst()
            .orElse(null);
  }

  /** The in-sync replicas that a STRONG write of a shard needs; never more than it has. */
  int needed(ShardDescription shard) {
    return agreed.getMinInsyncReplicas() == 0
        ? shard.getReplicasCount() / 2 + 1
        : Math.min(agreed.getMinInsyncReplicas(), shard.getReplicasCount());
  }

  /** Whether the node that is to leave a shard is one of the last that are in sync. */
  boolean replacementWaits(ShardDescription shard) {
    List<Integer> inSync = shard.getInSyncReplicasList();
    return inSync.contains(shard.getRemoving()) && inSync.size() < needed(shard);
  }

  /** "1, 2, 3", or "-" for none. */
  static String list(List<Integer> nodeIds) {
    return nodeIds.isEmpty()
        ? "-"
        : nodeIds.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  /** "-" for none. */
  static String nodeOrDash(int nodeId) {
    return nodeId == 0 ? "-" : Integer.toString(nodeId);
  }
}
