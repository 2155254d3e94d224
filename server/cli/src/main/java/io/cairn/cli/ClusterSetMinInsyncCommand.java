package io.cairn.cli;

import io.cairn.client.CairnClient;
import io.cairn.v1.ChangeRequest;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.SetMinInsyncReplicas;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cairn cluster set-min-insync}. */
@Command(
    name = "set-min-insync",
    description =
        "Set how many in-sync replicas a STRONG write needs. With fewer it is refused; EVENTUAL writes go on.",
    footer = {
      "  cairn cluster set-min-insync 2",
      "  cairn cluster set-min-insync 0       a majority of each shard's replicas, as at first"
    })
final class ClusterSetMinInsyncCommand extends ClusterChangeCommand {

  @Parameters(paramLabel = "N", description = "How many; 0: a majority of the replicas.")
  int replicas;

  @Override
  void checkArguments() {
    if (replicas < 0) {
      throw CliException.usage("N must be 0 or more, not " + replicas + ".");
    }
  }

  @Override
  int run(CairnClient client) throws InterruptedException {
    DescribeResponse before = client.describe();
    if (before.getMinInsyncReplicas() == replicas) {
      return nothingToDo("It is " + replicas + " already.");
    }
    change(
        client,
        before,
        ChangeRequest.newBuilder()
            .setSetMinInsyncReplicas(SetMinInsyncReplicas.newBuilder().setReplicas(replicas)));
    return ExitCode.OK;
  }
}
