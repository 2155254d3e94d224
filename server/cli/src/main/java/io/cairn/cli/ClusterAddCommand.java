package io.cairn.cli;

import io.cairn.client.CairnClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn cluster add}. */
@Command(
    name = "add",
    description = {
      "Let a node hold shards that it does not hold yet. It copies them while others go on serving, and becomes"
          + " a replica of each as soon as it has caught up.",
      "The node must run already, with the cluster's name and members."
    },
    footer = {
      "  cairn cluster add 4",
      "  cairn cluster add 4 --shards 0,2",
      "  cairn cluster add 4 --replacing 3       as `cairn cluster replace 3 4`",
      "  cairn cluster add 4 --no-wait"
    })
final class ClusterAddCommand extends ClusterCopyCommand {

  @Parameters(paramLabel = "NODE", description = "The node's number.")
  int nodeId;

  @Option(
      names = "--replacing",
      order = 1,
      paramLabel = "NODE",
      description = "The node whose place it takes, which then holds them no longer.")
  int replacing;

  @Override
  int run(CairnClient client) throws InterruptedException {
    return copy(client, nodeId, replacing);
  }
}
