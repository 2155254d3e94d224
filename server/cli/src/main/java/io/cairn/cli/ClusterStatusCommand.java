package io.cairn.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import io.cairn.client.CairnClient;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.NodeDescription;
import io.cairn.v1.ShardDescription;
import io.cairn.v1.StatusResponse;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cairn cluster status}. */
@Command(
    name = "status",
    aliases = "describe",
    description = {
      "Show the nodes of a cluster, who leads which shard, who is in sync, and how far the others are behind.",
      "Exit code 3 when something is wrong: a node that is not alive or does not answer, a shard without leader,"
          + " or a replica that is not in sync."
    },
    footer = {
      "  cairn cluster status",
      "  cairn cluster status --endpoints a:7400,b:7400",
      "  cairn cluster status --json | jq .agreed.shards",
      "  watch -n 1 cairn cluster status"
    })
final class ClusterStatusCommand extends ClientCommand {

  @Option(
      names = "--json",
      order = 80,
      description =
          "One object: agreed (the Describe message of cairn.v1), nodes (the Status message of each"
              + " that answers), problems.")
  boolean json;

  @Override
  int run(CairnClient client) throws InvalidProtocolBufferException {
    ClusterView view = ClusterView.ask(client.describe(), this::connectOnce);
    List<String> problems = ClusterProblems.of(view);
    if (json) {
      printJson(view, problems);
    } else {
      printTables(view, problems);
    }
    return problems.isEmpty() ? ExitCode.OK : ExitCode.UNHEALTHY;
  }

  private void printJson(ClusterView view, List<String> problems)
      throws InvalidProtocolBufferException {
    String agreed = json(view.agreed());
    List<String> nodes = view.statuses().values().stream().map(this::json).toList();
    shell()
        .out()
        .println(
            Json.object(
                fields -> {
                  fields.name("agreed").jsonValue(agreed);
                  fields.name("nodes").beginArray();
                  for (String node : nodes) {
                    fields.jsonValue(node);
                  }
                  fields.endArray();
                  fields.name("problems").beginArray();
                  for (String problem : problems) {
                    fields.value(problem);
                  }
                  fields.endArray();
                }));
  }

  private String json(MessageOrBuilder message) {
    try {
      return JsonFormat.printer()
          .alwaysPrintFieldsWithNoPresence()
          .omittingInsignificantWhitespace()
          .print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a message of cairn.v1 has no field that is not JSON", e);
    }
  }

  private void printTables(ClusterView view, List<String> problems) {
    DataOut out = shell().out();
    DescribeResponse agreed = view.agreed();
    out.println(
        "Cluster %s, metadata version %d. A STRONG write needs %s of a shard's replicas in sync."
            .formatted(
                agreed.getHeader().getClusterId(),
                agreed.getVersion(),
                agreed.getMinInsyncReplicas() == 0
                    ? "a majority"
                    : Integer.toString(agreed.getMinInsyncReplicas())));
    if (agreed.getReadLeaseMillis() > 0) {
      out.println(
          "Leaders answer STRONG reads by a lease of %d ms."
              .formatted(agreed.getReadLeaseMillis()));
    }
    out.println("");
    printNodes(out, view);
    out.println("");
    printShards(out, agreed);
    printFollowers(out, view);
    out.println("");
    problems.forEach(problem -> out.println("problem: " + problem));
    if (problems.isEmpty()) {
      out.println("All is well.");
    }
  }

  private static void printNodes(DataOut out, ClusterView view) {
    Table table =
        new Table("node", "state", "leads", "clients", "other nodes", "start", "version", "up");
    for (NodeDescription node : view.agreed().getNodesList()) {
      StatusResponse status = view.statuses().get(node.getNodeId());
      table.row(
          node.getNodeId(),
          state(view, node),
          view.agreed().getShardsList().stream()
              .filter(shard -> shard.getLeader() == node.getNodeId())
              .count(),
          node.getClientAddress(),
          node.getPeerAddress().isEmpty() ? "-" : node.getPeerAddress(),
          node.getIncarnation(),
          status == null ? "-" : status.getVersion(),
          status == null ? "-" : Units.millis(status.getUptimeMillis()));
    }
    table.print(out);
  }

  private static String state(ClusterView view, NodeDescription node) {
    StatusResponse status = view.statuses().get(node.getNodeId());
    String answer = status == null ? "no answer" : ClusterProblems.word(status.getHealth());
    return (node.getAlive() ? "alive" : "not alive")
        + ", "
        + answer
        + (view.agreed().getController() == node.getNodeId() ? ", controller" : "");
  }

  private static void printShards(DataOut out, DescribeResponse agreed) {
    Table table =
        new Table("shard", "leader", "epoch", "replicas", "in sync", "adding", "removing");
    for (ShardDescription shard : agreed.getShardsList()) {
      table.row(
          shard.getShard(),
          ClusterView.nodeOrDash(shard.getLeader()),
          shard.getEpoch(),
          ClusterView.list(shard.getReplicasList()),
          ClusterView.list(shard.getInSyncReplicasList()),
          ClusterView.nodeOrDash(shard.getAdding()),
          ClusterView.nodeOrDash(shard.getRemoving()));
    }
    table.print(out);
  }

  private static void printFollowers(DataOut out, ClusterView view) {
    Table table = new Table("follower", "of shard", "in sync", "connected", "behind its leader");
    for (ClusterView.Follower follower : view.followers()) {
      table.row(
          follower.status().getNodeId(),
          follower.shard(),
          follower.status().getInSync() ? "yes" : "no",
          follower.status().getConnected() ? "yes" : "no",
          follower.lag());
    }
    if (!view.followers().isEmpty()) {
      out.println("");
    }
    table.print(out);
  }
}
