package io.cairn.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.cairn.client.CairnClient;
import io.cairn.client.CairnException;
import io.cairn.v1.FollowerStatus;
import io.cairn.v1.Limits;
import io.cairn.v1.NodeHealth;
import io.cairn.v1.ShardStatus;
import io.cairn.v1.StatusResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cairn status}. */
@Command(
    name = "status",
    description = {
      "Show how each of the endpoints' nodes is.",
      "Exit code 3 when one does not answer or does not serve reads and writes."
    },
    footer = {
      "  cairn status",
      "  cairn status --endpoints a:7400,b:7400",
      "  cairn status -o json | jq .health",
      "  until cairn status > /dev/null 2>&1; do sleep 1; done      wait for a node"
    })
final class StatusCommand extends ClientCommand {

  enum Form {
    TABLE,
    JSON
  }

  @Option(
      names = {"-o", "--output"},
      order = 80,
      paramLabel = "table|json",
      defaultValue = "table",
      description = "table (default), or json: the Status message of cairn.v1, one for each node.")
  Form form;

  /**
   * Asks each endpoint alone: the client given would be content with the first that answers. That
   * it could be made shows that no endpoint is malformed, before the first is asked.
   */
  @Override
  int run(CairnClient client) throws InvalidProtocolBufferException {
    int exitCode = ExitCode.OK;
    for (String endpoint : endpoints().split(",", -1)) {
      try (CairnClient one = connect(endpoint.trim())) {
        StatusResponse status = one.status();
        show(endpoint.trim(), status);
        if (status.getHealth() != NodeHealth.NODE_HEALTH_SERVING || status.getProblemsCount() > 0) {
          exitCode = ExitCode.UNHEALTHY;
        }
      } catch (CairnException e) {
        shell().err().println("cairn: " + explain(e));
        exitCode = ExitCode.UNHEALTHY;
      }
    }
    return exitCode;
  }

  private void show(String endpoint, StatusResponse status) throws InvalidProtocolBufferException {
    DataOut out = shell().out();
    if (form == Form.JSON) {
      out.println(JsonFormat.printer().alwaysPrintFieldsWithNoPresence().print(status));
      return;
    }
    out.println(
        "%s  %s, cairn %s, up %s"
            .formatted(
                endpoint,
                ClusterProblems.word(status.getHealth()),
                status.getVersion(),
                Units.millis(status.getUptimeMillis())));
    status.getProblemsList().forEach(problem -> out.println("  problem: " + problem));
    out.println("  data     " + status.getDataDirectory());
    out.println(
        "  disk     %s free of %s, %s; writes stop below %s"
            .formatted(
                Units.bytes(status.getDisk().getUsableBytes()),
                Units.bytes(status.getDisk().getTotalBytes()),
                status.getDisk().getFileSystem(),
                Units.bytes(status.getDisk().getReserveBytes())));
    Limits limits = status.getLimits();
    out.println(
        "  limits   key %s, value %s, message %s, in flight %s"
            .formatted(
                Units.bytes(limits.getMaxKeyBytes()),
                Units.bytes(limits.getMaxValueBytes()),
                Units.bytes(limits.getMaxMessageBytes()),
                Units.bytes(limits.getMaxInFlightBytes())));
    showShards(out, status);
  }

  private static void showShards(DataOut out, StatusResponse status) {
    Table shards =
        new Table(
            "shard",
            "role",
            "leader",
            "in sync",
            "epoch",
            "log end",
            "committed",
            "applied",
            "flushed",
            "about keys",
            "log",
            "store");
    Table followers = new Table("follower", "of shard", "in sync", "connected", "behind this node");
    for (ShardStatus shard : status.getShardsList()) {
      shards.row(
          shard.getShard(),
          shard.getRole(),
          ClusterView.nodeOrDash(shard.getLeader()),
          ClusterView.list(shard.getInSyncReplicasList()),
          shard.getEpoch(),
          Units.count(shard.getLogEndOffset()),
          Units.count(shard.getHighWatermark()),
          Units.count(shard.getAppliedOffset()),
          Units.count(shard.getFlushedOffset()),
          Units.count(shard.getEstimatedKeys()),
          Units.bytes(shard.getLogBytes()),
          Units.bytes(shard.getStoreBytes()));
      for (FollowerStatus follower : shard.getFollowersList()) {
        followers.row(
            follower.getNodeId(),
            shard.getShard(),
            follower.getInSync() ? "yes" : "no",
            follower.getConnected() ? "yes" : "no",
            ClusterView.lag(shard, follower));
      }
    }
    shards.print(out);
    followers.print(out);
  }
}
