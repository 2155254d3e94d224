package io.cairn.cli;

import io.cairn.client.CairnClient;
import io.cairn.v1.ChangeRequest;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.ForceLeader;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn cluster force-leader}. */
@Command(
    name = "force-leader",
    description = {
      "Let a replica lead that is NOT in sync, because no in-sync replica of the shard comes back.",
      "Confirmed writes that it does not have ARE LOST. Refused while an in-sync replica runs."
    },
    footer = "  cairn cluster force-leader --shard 0 --accept-data-loss 3")
final class ClusterForceLeaderCommand extends ClusterChangeCommand {

  @Option(
      names = "--shard",
      order = 1,
      required = true,
      paramLabel = "SHARD",
      description = "The shard's number.")
  int shard;

  @Option(
      names = "--accept-data-loss",
      order = 2,
      description = "That confirmed writes are lost which this node does not have.")
  boolean acceptDataLoss;

  @Parameters(paramLabel = "NODE", description = "The node that is to lead.")
  int nodeId;

  @Override
  void checkArguments() {
    if (!acceptDataLoss) {
      throw CliException.usage(
          "Confirmed writes that node "
              + nodeId
              + " does not have are lost by this. If nobody who has them comes back, say"
              + " --accept-data-loss.");
    }
  }

  @Override
  int run(CairnClient client) throws InterruptedException {
    DescribeResponse before = client.describe();
    known(before, nodeId);
    shards(before, List.of(shard)).forEach(unused -> {});
    change(
        client,
        before,
        ChangeRequest.newBuilder()
            .setForceLeader(
                ForceLeader.newBuilder()
                    .setShard(shard)
                    .setNodeId(nodeId)
                    .setAcceptDataLoss(true)));
    return ExitCode.OK;
  }
}
