package io.cairn.cli;

import io.cairn.client.CairnClient;
import io.cairn.v1.ChangeRequest;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.TransferLeadership;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code cairn cluster balance}. */
@Command(
    name = "balance",
    description = {
      "Let all nodes lead as many shards each, as far as they are in sync.",
      "After a failover or a restart what a node had led stays where it went."
    },
    footer = "  cairn cluster balance")
final class ClusterBalanceCommand extends ClusterChangeCommand {

  @Override
  int run(CairnClient client) throws InterruptedException {
    DescribeResponse now = client.describe();
    List<LeaderBalance.Move> moves = LeaderBalance.moves(now);
    if (moves.isEmpty()) {
      return nothingToDo("No node leads two shards more than another that could lead one of them.");
    }
    for (LeaderBalance.Move move : moves) {
      now =
          change(
              client,
              now,
              ChangeRequest.newBuilder()
                  .setTransfer(
                      TransferLeadership.newBuilder()
                          .setFrom(move.from())
                          .setTo(move.to())
                          .addShards(move.shard())));
    }
    return ExitCode.OK;
  }
}
