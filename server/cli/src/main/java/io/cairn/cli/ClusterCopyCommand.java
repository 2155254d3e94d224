package io.cairn.cli;

import io.cairn.client.CairnClient;
import io.cairn.v1.AddReplicas;
import io.cairn.v1.ChangeRequest;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.ShardDescription;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** A command after which a node copies shards. */
abstract class ClusterCopyCommand extends ClusterChangeCommand {

  @Option(
      names = "--shards",
      order = 2,
      split = ",",
      paramLabel = "SHARD",
      description = "Only these. Default: all.")
  final List<Integer> shards = new ArrayList<>();

  @Option(
      names = "--no-wait",
      order = 3,
      description =
          "Return when the copying has begun. Without it, Ctrl-C does the same: the copying goes on.")
  boolean noWait;

  /**
   * Begins to copy what is not being copied yet, and waits.
   *
   * @param replacing whose place the node takes; 0 for none
   */
  final int copy(CairnClient client, int nodeId, int replacing) throws InterruptedException {
    DescribeResponse before = client.describe();
    known(before, nodeId);
    List<Integer> toBegin =
        shards(before, shards)
            .filter(shard -> shard.getAdding() != nodeId)
            .filter(shard -> !shard.getReplicasList().contains(nodeId))
            .filter(shard -> replacing == 0 || shard.getReplicasList().contains(replacing))
            .map(ShardDescription::getShard)
            .toList();
    DescribeResponse begun = before;
    if (!toBegin.isEmpty()) {
      begun =
          change(
              client,
              before,
              ChangeRequest.newBuilder()
                  .setAddReplicas(
                      AddReplicas.newBuilder()
                          .setNodeId(nodeId)
                          .setReplacing(replacing)
                          .addAllShards(toBegin)));
    }
    List<Integer> copying = new ArrayList<>(Copying.shards(begun, nodeId));
    toBegin.stream().filter(shard -> !copying.contains(shard)).forEach(copying::add);
    if (copying.isEmpty()) {
      return nothingToDo(
          replacing == 0
              ? "Node " + nodeId + " holds the shards already."
              : "Node " + replacing + " holds no shard that node " + nodeId + " could take over.");
    }
    if (noWait) {
      shell().out().println("It goes on by itself; `cairn cluster status` shows how far it is.");
      return ExitCode.OK;
    }
    tellAndReturn(begun, new Copying(shell(), nodeId, this::connectOnce).await(client, copying));
    return ExitCode.OK;
  }
}
