package io.cairn.cli;

import io.cairn.client.CairnClient;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.ShardDescription;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Waits until a node that copies shards holds them, and tells how far it is. */
final class Copying {

  private static final long POLL_MILLIS = 250;
  private static final String ERASE_LINE = "\r\033[K";

  /** Without a terminal, which lines of progress would fill. */
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  private final Shell shell;
  private final int nodeId;
  private final Function<String, CairnClient> connectOnce;
  private long lastLineNanos = System.nanoTime();

  Copying(Shell shell, int nodeId, Function<String, CairnClient> connectOnce) {
    this.shell = shell;
    this.nodeId = nodeId;
    this.connectOnce = connectOnce;
  }

  /** The numbers of the shards that a node copies. */
  static List<Integer> shards(DescribeResponse cluster, int nodeId) {
    return cluster.getShardsList().stream()
        .filter(shard -> shard.getAdding() == nodeId)
        .map(ShardDescription::getShard)
        .toList();
  }

  /**
   * @return the cluster when the node copies nothing any more
   */
  DescribeResponse await(CairnClient client, List<Integer> shards) throws InterruptedException {
    DescribeResponse cluster = client.describe();
    try {
      while (!shards(cluster, nodeId).isEmpty()) {
        tell(ClusterView.ask(cluster, connectOnce), shards.size());
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        cluster = client.describe();
      }
    } finally {
      erase();
    }
    for (ShardDescription shard : cluster.getShardsList()) {
      if (shards.contains(shard.getShard()) && !shard.getReplicasList().contains(nodeId)) {
        throw CliException.failed(
            "Node "
                + nodeId
                + " does not copy shard "
                + shard.getShard()
                + " any more: somebody cancelled it.");
      }
    }
    return cluster;
  }

  private void tell(ClusterView view, int all) {
    List<Integer> left = shards(view.agreed(), nodeId);
    String behind =
        view.followers().stream()
            .filter(one -> one.status().getNodeId() == nodeId && left.contains(one.shard()))
            .map(
                one ->
                    ", shard "
                        + one.shard()
                        + (one.behindOperations() > 0
                            ? " " + Units.count(one.behindOperations()) + " operations behind"
                            : waits(view, one.shard())
                                ? " waits until more replicas are in sync"
                                : " nearly"))
            .collect(Collectors.joining());
    String line =
        "Node %d has copied %d of %d shards%s".formatted(nodeId, all - left.size(), all, behind);
    if (shell.errorsAreTerminal()) {
      shell.err().print(ERASE_LINE + line);
      shell.err().flush();
    } else if (System.nanoTime() - lastLineNanos > BETWEEN_LINES.toNanos()) {
      lastLineNanos = System.nanoTime();
      shell.err().println(line);
    }
  }

  private static boolean waits(ClusterView view, int shard) {
    return view.agreed().getShardsList().stream()
        .anyMatch(one -> one.getShard() == shard && view.replacementWaits(one));
  }

  private void erase() {
    if (shell.errorsAreTerminal()) {
      shell.err().print(ERASE_LINE);
      shell.err().flush();
    }
  }
}
