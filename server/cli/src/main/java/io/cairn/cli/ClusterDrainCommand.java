package io.cairn.cli;

import io.cairn.client.CairnClient;
import io.cairn.v1.ChangeRequest;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.ShardDescription;
import io.cairn.v1.TransferLeadership;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cairn cluster drain}. */
@Command(
    name = "drain",
    description = {
      "Let others lead all that a node leads, and return when it leads nothing.",
      "A node that is stopped by SIGTERM does so itself; this is for the time before."
    },
    footer = "  cairn cluster drain 1")
final class ClusterDrainCommand extends ClusterChangeCommand {

  @Parameters(paramLabel = "NODE", description = "The node's number.")
  int nodeId;

  @Override
  int run(CairnClient client) throws InterruptedException {
    DescribeResponse now = client.describe();
    known(now, nodeId);
    if (led(now).isEmpty()) {
      return nothingToDo("Node " + nodeId + " leads no shard.");
    }
    while (!led(now).isEmpty()) {
      for (ShardDescription shard : led(now)) {
        if (shard.getInSyncReplicasCount() == 1) {
          throw CliException.failed(
              "Shard "
                  + shard.getShard()
                  + " has no other in-sync replica that could lead it; wait until one has caught up.");
        }
      }
      now =
          change(
              client,
              now,
              ChangeRequest.newBuilder()
                  .setTransfer(TransferLeadership.newBuilder().setFrom(nodeId)));
    }
    shell().out().println("Node " + nodeId + " leads nothing.");
    return ExitCode.OK;
  }

  private List<ShardDescription> led(DescribeResponse cluster) {
    return cluster.getShardsList().stream().filter(one -> one.getLeader() == nodeId).toList();
  }
}
