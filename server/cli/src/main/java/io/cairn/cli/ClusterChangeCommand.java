package io.cairn.cli;

import io.cairn.client.CairnClient;
import io.cairn.client.CairnException;
import io.cairn.v1.ChangeRequest;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.NodeDescription;
import io.cairn.v1.ShardDescription;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A command that changes what a cluster has agreed on, and tells what is different afterwards. */
abstract class ClusterChangeCommand extends ClientCommand {

  private static final long POLL_MILLIS = 100;

  /** Asks for a change; tells what it did, also when it was refused halfway. */
  final DescribeResponse change(
      CairnClient client, DescribeResponse before, ChangeRequest.Builder request)
      throws InterruptedException {
    try {
      long version = client.change(request.build());
      return tellAndReturn(before, await(client, now -> now.getVersion() >= version));
    } catch (CairnException e) {
      if (!e.outcomeUnknown()) {
        tellAndReturn(before, client.describe());
      }
      throw e;
    }
  }

  /** Waits until the cluster is as asked for. It is no part of it: the change goes on without. */
  final DescribeResponse await(CairnClient client, Predicate<DescribeResponse> reached)
      throws InterruptedException {
    DescribeResponse now = client.describe();
    while (!reached.test(now)) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      now = client.describe();
    }
    return now;
  }

  final DescribeResponse tellAndReturn(DescribeResponse before, DescribeResponse after) {
    ClusterDifference.sentences(before, after).forEach(shell().out()::println);
    shell().out().flush();
    return after;
  }

  final int nothingToDo(String sentence) {
    shell().out().println(sentence + " There is nothing to do.");
    return ExitCode.OK;
  }

  /** Refuses a node that the cluster has never met. */
  static void known(DescribeResponse cluster, int nodeId) {
    List<Integer> nodes = cluster.getNodesList().stream().map(NodeDescription::getNodeId).toList();
    if (!nodes.contains(nodeId)) {
      throw CliException.failed(
          "The cluster knows no node "
              + nodeId
              + ", only "
              + ClusterView.list(nodes)
              + ". A new node makes itself known when it is started with the cluster's name and members.");
    }
  }

  static Stream<ShardDescription> shards(DescribeResponse cluster, List<Integer> named) {
    List<Integer> numbers =
        cluster.getShardsList().stream().map(ShardDescription::getShard).toList();
    for (int shard : named) {
      if (!numbers.contains(shard)) {
        throw CliException.failed(
            "There is no shard " + shard + ", only " + ClusterView.list(numbers) + ".");
      }
    }
    return cluster.getShardsList().stream()
        .filter(shard -> named.isEmpty() || named.contains(shard.getShard()));
  }
}
