package io.cairn.cli;

import picocli.CommandLine.Command;

/** {@code cairn cluster}: the group of its subcommands. */
@Command(
    name = "cluster",
    description = {
      "Look after a cluster: its nodes, which of them hold a shard, and who leads it.",
      "Nodes have numbers (node-id), shards too, from 0 on."
    },
    subcommands = {
      ClusterStatusCommand.class,
      ClusterAddCommand.class,
      ClusterRemoveCommand.class,
      ClusterReplaceCommand.class,
      ClusterCancelAddCommand.class,
      ClusterTransferCommand.class,
      ClusterDrainCommand.class,
      ClusterBalanceCommand.class,
      ClusterSetMinInsyncCommand.class,
      ClusterSetReadLeaseCommand.class,
      ClusterForgetCommand.class,
      ClusterForceLeaderCommand.class
    },
    footer = {
      "  cairn cluster status                who is there, who leads, who is behind",
      "  cairn cluster add 4                 node 4, which runs already, copies every shard",
      "  cairn cluster replace 3 4           node 4 takes the place of node 3",
      "  cairn cluster drain 1               before node 1 is stopped: others lead what it leads"
    })
final class ClusterCommand extends BaseCommand {

  @Override
  public Integer call() {
    spec.commandLine().usage(shell().err());
    return ExitCode.USAGE;
  }
}
