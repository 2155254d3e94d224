package io.cairn.client;

import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.NodeDescription;
import io.cairn.v1.ResponseHeader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The cluster that the client talks to: its map, fetched from any node before the first call that
 * needs it and again when a call met something else than the map says. One fetch at a time, with a
 * pause before the next.
 *
 * <p>A client stays with the cluster that it met first: what a node of another one answers is not
 * taken. Only when that cluster had a single node, and this very node describes another one (its
 * data directory was emptied), the client begins anew with that.
 */
final class Cluster implements AutoCloseable {

  static final long FETCH_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Nodes nodes;
  private final Timer timer;
  private final Supplier<UnaryCall<?, ?, DescribeResponse>> describe;
  private final Consumer<ShardMap> onMap;

  private volatile @Nullable ShardMap map;

  /** What a node of another cluster was last seen, for messages. */
  private volatile @Nullable String foreigner;

  private @Nullable CompletableFuture<ShardMap> fetching; // guarded by this
  private long nextFetchNanos; // guarded by this
  private boolean closed; // guarded by this

  /**
   * @param describe sends a Describe to any node
   * @param onMap told of each map that was fetched
   */
  Cluster(
      Nodes nodes,
      Timer timer,
      Supplier<UnaryCall<?, ?, DescribeResponse>> describe,
      Consumer<ShardMap> onMap) {
    this.nodes = nodes;
    this.timer = timer;
    this.describe = describe;
    this.onMap = onMap;
    this.nextFetchNanos = timer.nanoTime();
  }

  @Nullable ShardMap mapOrNull() {
    return map;
  }

  /** Fetches the map, unless that is under way already. */
  CompletableFuture<ShardMap> fetch() {
    CompletableFuture<ShardMap> mine = new CompletableFuture<>();
    long pauseNanos;
    synchronized (this) {
      if (fetching != null) {
        return fetching;
      }
      if (closed) {
        mine.completeExceptionally(CairnException.of(Connection.closedStatus(), null));
        return mine;
      }
      fetching = mine;
      pauseNanos = nextFetchNanos - timer.nanoTime();
    }
    if (pauseNanos > 0) {
      timer.schedule(() -> fetch(mine), pauseNanos);
    } else {
      fetch(mine);
    }
    return mine;
  }

  /** Fetches the map while nobody waits for it: who needs it is told, or looks again. */
  @SuppressWarnings("FutureReturnValueIgnored")
  void refresh() {
    fetch();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // its callback handles both endings
  private void fetch(CompletableFuture<ShardMap> mine) {
    UnaryCall<?, ?, DescribeResponse> call = describe.get();
    call.whenComplete(
        (answer, error) -> {
          ShardMap learned = error == null ? learn(answer, call.answeredBy()) : null;
          synchronized (this) {
            fetching = null;
            nextFetchNanos = timer.nanoTime() + FETCH_PAUSE_NANOS;
          }
          if (learned == null) {
            mine.completeExceptionally(error);
          } else {
            mine.complete(learned);
            onMap.accept(learned);
          }
        });
  }

  private synchronized ShardMap learn(DescribeResponse answer, Node from) {
    ShardMap known = map;
    if (known != null && !known.clusterId().equals(answer.getHeader().getClusterId())) {
      known = null; // begins anew
    }
    if (known != null) {
      foreigner = null;
      if (answer.getVersion() < known.version()) {
        known.saw(answer); // the node lags behind
        return known;
      }
    }
    Map<Integer, String> addresses = new LinkedHashMap<>();
    int fromId = 0;
    for (NodeDescription node : answer.getNodesList()) {
      addresses.put(node.getNodeId(), node.getClientAddress());
      if (answer.getNodesCount() == 1
          || answer.getHeader().getNodeId().equals(Integer.toString(node.getNodeId()))) {
        fromId = node.getNodeId();
      }
    }
    ShardMap learned = new ShardMap(answer, nodes.adopt(addresses, from, fromId), known);
    map = learned;
    return learned;
  }

  /**
   * Learns from an answer, which may be used unless it comes from another cluster.
   *
   * @param description whether it describes its cluster
   */
  boolean accepts(ResponseHeader header, Node from, boolean description) {
    ShardMap known = map;
    String clusterId = header.getClusterId();
    if (known == null || clusterId.isEmpty()) {
      return true;
    }
    if (known.clusterId().equals(clusterId)) {
      known.saw(header.getShard(), header.getOffset());
      return true;
    }
    if (description && known.isOnlyNode(from)) {
      return true;
    }
    foreigner =
        from.name()
            + " belongs to cluster "
            + clusterId
            + ", but this client talks to cluster "
            + known.clusterId()
            + ": give it endpoints of one cluster.";
    return false;
  }

  /** A sentence on the node of another cluster that stood in the way; null when none did. */
  @Nullable String foreignerOrNull() {
    return foreigner;
  }

  FailureStatus foreign() {
    return FailureStatus.ofRead(Failure.OTHER_CLUSTER, String.valueOf(foreigner));
  }

  @Override
  public void close() {
    CompletableFuture<ShardMap> waitedFor;
    synchronized (this) {
      closed = true;
      waitedFor = fetching;
    }
    if (waitedFor != null) { // what its timer would have done is forgotten
      waitedFor.completeExceptionally(CairnException.of(Connection.closedStatus(), null));
    }
  }
}
