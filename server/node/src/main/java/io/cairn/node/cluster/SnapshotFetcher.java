package io.cairn.node.cluster;

import io.cairn.node.data.DataDirectory;
import io.cairn.node.data.ReceivedSnapshot;
import io.cairn.node.shard.FailStop;
import io.cairn.peer.v1.FetchSnapshotRequest;
import io.cairn.peer.v1.Hello;
import io.cairn.peer.v1.PeerGrpc;
import io.cairn.replication.core.metadata.IsrMember;
import io.cairn.replication.core.metadata.MetadataQuorum;
import io.cairn.replication.core.metadata.ShardMetadata;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies shards from other nodes, one at a time, and again from another one when it breaks off:
 * from the leader first, because it keeps the log behind the copy, else from any in-sync replica. A
 * shard that this node was forced to lead meanwhile keeps what it has.
 */
public final class SnapshotFetcher implements AutoCloseable {

  /** Opens a shard anew that had stopped to be copied. */
  public interface Reopener {

    /**
     * @param received whether what was received takes the place of its log and store
     */
    void reopen(int shard, boolean received);
  }

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotFetcher.class);
  private static final long AGAIN_MILLIS = 500;

  private final DataDirectory directory;
  private final PeerNetwork network;
  private final MetadataQuorum quorum;
  private final Reopener reopener;
  private final FailStop failStop;
  private final Hello hello;
  private final Context.CancellableContext context = Context.ROOT.withCancellation();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ExecutorService receiver =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "cairn-snapshot-fetch");
            thread.setDaemon(true);
            return thread;
          });

  SnapshotFetcher(
      DataDirectory directory,
      PeerNetwork network,
      MetadataQuorum quorum,
      Reopener reopener,
      FailStop failStop,
      Hello hello) {
    this.directory = directory;
    this.network = network;
    this.quorum = quorum;
    this.reopener = reopener;
    this.failStop = failStop;
    this.hello = hello;
  }

  void fetch(int shard) {
    try {
      receiver.execute(() -> fetchUntilDone(shard));
    } catch (RejectedExecutionException stopping) {
      LOG.debug("nothing is fetched any more");
    }
  }

  private void fetchUntilDone(int shard) {
    try (ReceivedSnapshot snapshot = directory.receiveSnapshot(shard)) {
      int attempt = 0;
      while (closed.getCount() > 0) {
        if (isInSync(shard)) { // nothing but an operator's force makes it so
          reopener.reopen(shard, false);
          LOG.warn("Shard {} is not copied any more: this node was forced to lead it", shard);
          return;
        }
        List<Integer> sources = sources(shard);
        if (!sources.isEmpty()) {
          int source = sources.get(attempt % sources.size());
          Outcome outcome = fetch(shard, source, snapshot);
          if (outcome == Outcome.WHOLE) {
            reopener.reopen(shard, true);
            LOG.info("Shard {} was copied from node {}", shard, source);
            return;
          }
          // The same source can go on where it broke off; another one begins anew.
          attempt += outcome == Outcome.NOTHING ? 1 : 0;
        }
        if (closed.await(AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (Throwable failed) {
      failStop.fail("Shard " + shard + " could not be copied from another node", failed);
    }
  }

  private boolean isInSync(int shard) {
    ShardMetadata agreed = quorum.current().shards().get(shard);
    return agreed != null
        && agreed.isr().stream().anyMatch(member -> member.nodeId() == hello.getNodeId());
  }

  /** The leader first. */
  private List<Integer> sources(int shard) {
    ShardMetadata agreed = quorum.current().shards().get(shard);
    List<Integer> sources = new ArrayList<>();
    if (agreed != null) {
      if (agreed.hasLeader()) {
        sources.add(agreed.leader());
      }
      for (IsrMember member : agreed.isr()) {
        if (!sources.contains(member.nodeId())) {
          sources.add(member.nodeId());
        }
      }
    }
    sources.removeIf(nodeId -> nodeId == hello.getNodeId());
    return sources;
  }

  private Outcome fetch(int shard, int source, ReceivedSnapshot snapshot) throws IOException {
    PeerLink link = network.linkOrNull(source);
    if (link == null) {
      return Outcome.NOTHING;
    }
    Receiving receiving = new Receiving(snapshot);
    Context before = context.attach();
    try {
      receiving.all(
          PeerGrpc.newBlockingStub(link.channel()).fetchSnapshot(request(shard, source, snapshot)));
      return Outcome.WHOLE;
    } catch (StatusRuntimeException | IOException failed) {
      LOG.warn(
          "The copy of shard {} from node {} broke off: {}", shard, source, failed.getMessage());
      return receiving.hasGotAny() ? Outcome.A_PART : Outcome.NOTHING;
    } finally {
      context.detach(before);
    }
  }

  private FetchSnapshotRequest request(int shard, int source, ReceivedSnapshot snapshot)
      throws IOException {
    FetchSnapshotRequest.Builder request =
        FetchSnapshotRequest.newBuilder()
            .setFrom(hello.toBuilder().setToNodeId(source))
            .setShard(shard);
    String id = snapshot.idOrNull();
    String file = snapshot.fileOrNull();
    if (id != null && file != null) {
      request.setSnapshotId(id).setFile(file).setFileOffset(snapshot.fileOffset());
    }
    return request.build();
  }

  private enum Outcome {
    WHOLE,
    A_PART,
    NOTHING
  }

  @Override
  public void close() {
    closed.countDown();
    context.cancel(null);
    receiver.shutdown();
    try {
      receiver.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
