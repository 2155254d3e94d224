package io.cairn.cli;

import io.cairn.client.CairnClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cairn cluster replace}. */
@Command(
    name = "replace",
    description = {
      "Put one node in the place of another: it copies what that one holds, which then holds it no longer.",
      "The new node must run already; the old one need not."
    },
    footer = {
      "  cairn cluster replace 3 4",
      "  cairn cluster forget 3          afterwards, when node 3 does not come back"
    })
final class ClusterReplaceCommand extends ClusterCopyCommand {

  @Parameters(index = "0", paramLabel = "OLD", description = "The number of the node that goes.")
  int old;

  @Parameters(index = "1", paramLabel = "NEW", description = "The number of the one that comes.")
  int nodeId;

  @Override
  int run(CairnClient client) throws InterruptedException {
    return copy(client, nodeId, old);
  }
}
