package io.cairn.node.cluster;

import io.cairn.node.shard.Shards;
import io.cairn.peer.v1.FetchSnapshotRequest;
import io.cairn.peer.v1.SnapshotChunk;
import io.cairn.peer.v1.SnapshotEnd;
import io.cairn.peer.v1.SnapshotPart;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends copies of this node's stores to nodes that cannot catch up from the log. One at a time, no
 * faster than is allowed, so that it does not take the disk and the network from the calls.
 *
 * <p>The log behind a copy is kept until its receiver has had the time to go on from there.
 */
final class SnapshotSource implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotSource.class);
  private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long STALLED_SECONDS = 30;

  /** So long a receiver whose copy broke off may come back for the rest. */
  private static final long KEEP_SECONDS = 60;

  private final Shards shards;
  private final Path directory;
  private final long bytesPerSecond;
  private final ScheduledThreadPoolExecutor sender =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread thread = new Thread(task, "cairn-snapshot-send");
            thread.setDaemon(true);
            return thread;
          });

  /** Of copies that broke off; only on the sender's thread. */
  private final Set<SnapshotCopy> kept = new HashSet<>();

  private volatile boolean closed;

  /**
   * @param directory for the copies while they are sent; emptied at once
   */
  SnapshotSource(Shards shards, Path directory, long bytesPerSecond) {
    this.shards = shards;
    this.directory = directory;
    this.bytesPerSecond = bytesPerSecond;
    sender.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    delete(directory);
  }

  void send(FetchSnapshotRequest request, ServerCallStreamObserver<SnapshotPart> receiver) {
    receiver.setOnCancelHandler(() -> {});
    try {
      sender.execute(() -> sendNow(request, receiver));
    } catch (RejectedExecutionException stopping) {
      receiver.onError(
          Status.UNAVAILABLE.withDescription("the node is stopping").asRuntimeException());
    }
  }

  private void sendNow(
      FetchSnapshotRequest request, ServerCallStreamObserver<SnapshotPart> receiver) {
    if (receiver.isCancelled() || request.getShard() >= shards.count()) {
      return;
    }
    int node = request.getFrom().getNodeId();
    SnapshotCopy copy = takeKeptOrNull(request.getShard(), node);
    try {
      SnapshotChunks rest = copy == null ? null : copy.restOrNull(request);
      if (copy == null || rest == null) {
        if (copy != null) {
          copy.close();
        }
        copy = SnapshotCopy.make(shards.all().get(request.getShard()), directory, node);
      }
      LOG.info(
          "Shard {}: a copy of its store at offset {} {} node {}",
          request.getShard(),
          copy.header().getAppliedOffset(),
          rest == null ? "goes to" : "goes on to",
          node);
      await(receiver);
      receiver.onNext(SnapshotPart.newBuilder().setHeader(copy.header()).build());
      try (SnapshotChunks chunks = rest == null ? copy.all() : rest) {
        send(chunks, receiver);
      }
      await(receiver);
      receiver.onNext(
          SnapshotPart.newBuilder()
              .setEnd(SnapshotEnd.newBuilder().setFiles(copy.fileCount()))
              .build());
      receiver.onCompleted();
      copy.onSent();
      copy.close();
    } catch (IOException | RuntimeException failed) {
      LOG.warn("The copy of shard {} could not be sent: {}", request.getShard(), failed.toString());
      if (copy != null) {
        keepForAWhile(copy);
      }
      if (!receiver.isCancelled()) {
        receiver.onError(
            Status.UNAVAILABLE
                .withDescription("the copy could not be made or sent: " + failed.getMessage())
                .asRuntimeException());
      }
    }
  }

  private @Nullable SnapshotCopy takeKeptOrNull(int shard, int node) {
    for (SnapshotCopy copy : kept) {
      if (copy.isFor(shard, node)) {
        kept.remove(copy);
        return copy;
      }
    }
    return null;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // deleting logs its failure
  private void keepForAWhile(SnapshotCopy copy) {
    kept.add(copy);
    try {
      sender.schedule(
          () -> {
            if (kept.remove(copy)) {
              copy.close();
            }
          },
          KEEP_SECONDS,
          TimeUnit.SECONDS);
    } catch (RejectedExecutionException stopping) {
      LOG.debug("the copy goes with the node");
    }
  }

  private void send(SnapshotChunks chunks, ServerCallStreamObserver<SnapshotPart> receiver)
      throws IOException {
    Pace pace = new Pace(bytesPerSecond);
    SnapshotChunk chunk = chunks.nextOrNull();
    while (chunk != null) {
      pace.take(chunk.getData().size());
      await(receiver);
      receiver.onNext(SnapshotPart.newBuilder().setChunk(chunk).build());
      chunk = chunks.nextOrNull();
    }
  }

  /** Waits until the network takes more. */
  private void await(ServerCallStreamObserver<SnapshotPart> receiver) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STALLED_SECONDS);
    while (!receiver.isReady()) {
      if (receiver.isCancelled() || closed) {
        throw new IOException("the receiver is gone");
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("the receiver took nothing for " + STALLED_SECONDS + " s");
      }
      LockSupport.parkNanos(this, CHECK_NANOS);
    }
  }

  /** Spreads bytes over time. */
  private static final class Pace {
    private final long bytesPerSecond;
    private long nextNanos = System.nanoTime();

    Pace(long bytesPerSecond) {
      this.bytesPerSecond = bytesPerSecond;
    }

    void take(int bytes) {
      long now = System.nanoTime();
      while (nextNanos - now > 0) {
        LockSupport.parkNanos(this, nextNanos - now);
        now = System.nanoTime();
      }
      nextNanos = now + (long) (bytes * 1e9 / bytesPerSecond);
    }
  }

  static void delete(Path path) {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> all = Files.walk(path)) {
      Path[] deepestFirst = all.toArray(Path[]::new);
      Arrays.sort(deepestFirst, java.util.Comparator.reverseOrder());
      for (Path each : deepestFirst) {
        Files.delete(each);
      }
    } catch (IOException left) {
      LOG.warn("{} could not be deleted: {}", path, left.toString());
    }
  }

  @Override
  public void close() {
    closed = true;
    sender.execute(() -> kept.forEach(SnapshotCopy::close));
    sender.shutdown();
    try {
      sender.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
