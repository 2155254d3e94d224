package io.cairn.cli;

import io.cairn.client.CairnClient;
import io.cairn.v1.ChangeRequest;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.RemoveReplicas;
import io.cairn.v1.ShardDescription;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn cluster remove}. */
@Command(
    name = "remove",
    description = {
      "Let a node hold shards no longer. What it leads, another in-sync replica leads.",
      "Refused where too few in-sync replicas would be left: add another node first, or replace it."
    },
    footer = {
      "  cairn cluster remove 4",
      "  cairn cluster remove 4 --shards 0,2",
      "  cairn cluster forget 4          afterwards, when node 4 has been stopped for good"
    })
final class ClusterRemoveCommand extends ClusterChangeCommand {

  @Parameters(paramLabel = "NODE", description = "The node's number.")
  int nodeId;

  @Option(
      names = "--shards",
      order = 1,
      split = ",",
      paramLabel = "SHARD",
      description = "Only these. Default: all.")
  final List<Integer> shards = new ArrayList<>();

  @Override
  int run(CairnClient client) throws InterruptedException {
    DescribeResponse before = client.describe();
    known(before, nodeId);
    List<Integer> held =
        shards(before, shards)
            .filter(shard -> shard.getReplicasList().contains(nodeId))
            .map(ShardDescription::getShard)
            .toList();
    if (held.isEmpty()) {
      return nothingToDo("Node " + nodeId + " holds no such shard.");
    }
    change(
        client,
        before,
        ChangeRequest.newBuilder()
            .setRemoveReplicas(RemoveReplicas.newBuilder().setNodeId(nodeId).addAllShards(held)));
    return ExitCode.OK;
  }
}
