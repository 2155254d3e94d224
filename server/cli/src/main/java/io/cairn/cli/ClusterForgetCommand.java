package io.cairn.cli;

import io.cairn.client.CairnClient;
import io.cairn.v1.ChangeRequest;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.RemoveNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cairn cluster forget}. */
@Command(
    name = "forget",
    description =
        "Forget a node that does not run any more and holds no shard (see remove and replace).",
    footer = "  cairn cluster forget 3")
final class ClusterForgetCommand extends ClusterChangeCommand {

  @Parameters(paramLabel = "NODE", description = "The node's number.")
  int nodeId;

  @Override
  int run(CairnClient client) throws InterruptedException {
    DescribeResponse before = client.describe();
    known(before, nodeId);
    change(
        client,
        before,
        ChangeRequest.newBuilder().setRemoveNode(RemoveNode.newBuilder().setNodeId(nodeId)));
    return ExitCode.OK;
  }
}
