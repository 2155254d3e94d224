package io.cairn.cli;

import io.cairn.client.CairnClient;
import io.cairn.v1.ChangeRequest;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.ShardDescription;
import io.cairn.v1.TransferLeadership;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cairn cluster transfer}. */
@Command(
    name = "transfer",
    description =
        "Let another in-sync replica lead shards. Clients follow by themselves; what was under way is sent again.",
    footer = {
      "  cairn cluster transfer --to 2                   node 2 leads all that it is in sync with",
      "  cairn cluster transfer --from 1                 any other in-sync replica leads what node 1 leads",
      "  cairn cluster transfer --to 2 --shards 0,3"
    })
final class ClusterTransferCommand extends ClusterChangeCommand {

  @Option(
      names = "--from",
      order = 1,
      paramLabel = "NODE",
      description = "Only what this node leads.")
  int from;

  @Option(
      names = "--to",
      order = 2,
      paramLabel = "NODE",
      description = "The node that is to lead. Default: any in-sync replica but the leader.")
  int to;

  @Option(
      names = "--shards",
      order = 3,
      split = ",",
      paramLabel = "SHARD",
      description = "Only these. Default: all.")
  final List<Integer> shards = new ArrayList<>();

  @Override
  void checkArguments() {
    if (from == 0 && to == 0 && shards.isEmpty()) {
      throw CliException.usage("Say what to transfer: --from, --to or --shards.");
    }
  }

  @Override
  int run(CairnClient client) throws InterruptedException {
    DescribeResponse before = client.describe();
    for (int node : new int[] {from, to}) {
      if (node != 0) {
        known(before, node);
      }
    }
    List<Integer> led =
        shards(before, shards)
            .filter(shard -> shard.getLeader() != to)
            .filter(shard -> from == 0 || shard.getLeader() == from)
            // Named ones are asked for whatever they are: the answer tells why it cannot be.
            .filter(
                shard -> !shards.isEmpty() || to == 0 || shard.getInSyncReplicasList().contains(to))
            .map(ShardDescription::getShard)
            .toList();
    if (led.isEmpty()) {
      return nothingToDo("No shard is led by another node and could be transferred so.");
    }
    change(
        client,
        before,
        ChangeRequest.newBuilder()
            .setTransfer(
                TransferLeadership.newBuilder().setFrom(from).setTo(to).addAllShards(led)));
    return ExitCode.OK;
  }
}
