package io.cairn.cli;

import io.cairn.client.CairnClient;
import io.cairn.v1.CancelAdding;
import io.cairn.v1.ChangeRequest;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.ShardDescription;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cairn cluster cancel-add}. */
@Command(
    name = "cancel-add",
    description = "Give up the copying that add or replace has begun.",
    footer = {"  cairn cluster cancel-add", "  cairn cluster cancel-add --shards 0,2"})
final class ClusterCancelAddCommand extends ClusterChangeCommand {

  @Option(
      names = "--shards",
      order = 1,
      split = ",",
      paramLabel = "SHARD",
      description = "Only of these. Default: of all.")
  final List<Integer> shards = new ArrayList<>();

  @Override
  int run(CairnClient client) throws InterruptedException {
    DescribeResponse before = client.describe();
    List<Integer> copied =
        shards(before, shards)
            .filter(shard -> shard.getAdding() != 0)
            .map(ShardDescription::getShard)
            .toList();
    if (copied.isEmpty()) {
      return nothingToDo("No node copies such a shard.");
    }
    change(
        client,
        before,
        ChangeRequest.newBuilder().setCancelAdding(CancelAdding.newBuilder().addAllShards(copied)));
    return ExitCode.OK;
  }
}
