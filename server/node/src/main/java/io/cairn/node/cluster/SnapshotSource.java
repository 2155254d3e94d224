package io.cairn.node.cluster;

import com.google.protobuf.UnsafeByteOperations;
import io.cairn.node.shard.Shard;
import io.cairn.node.shard.Shards;
import io.cairn.peer.v1.FetchSnapshotRequest;
import io.cairn.peer.v1.SnapshotChunk;
import io.cairn.peer.v1.SnapshotEnd;
import io.cairn.peer.v1.SnapshotHeader;
import io.cairn.peer.v1.SnapshotPart;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
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
  private static final int CHUNK_BYTES = 256 << 10;
  private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long STALLED_SECONDS = 30;

  private final Shards shards;
  private final Path directory;
  private final long bytesPerSecond;
  private final ExecutorService sender =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "cairn-snapshot-send");
            thread.setDaemon(true);
            return thread;
          });
  private volatile boolean closed;

  /**
   * @param directory for the copies while they are sent; emptied at once
   */
  SnapshotSource(Shards shards, Path directory, long bytesPerSecond) {
    this.shards = shards;
    this.directory = directory;
    this.bytesPerSecond = bytesPerSecond;
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
    String id = UUID.randomUUID().toString();
    Path copy = directory.resolve(id);
    if (receiver.isCancelled() || request.getShard() >= shards.count()) {
      return;
    }
    Shard shard = shards.all().get(request.getShard());
    try (Shard.LogPin pin = shard.pinLog()) {
      Files.createDirectories(directory);
      Shard.Copy made = shard.copyStore(copy);
      LOG.info(
          "Shard {}: a copy of its store at offset {} goes to node {}",
          shard.number(),
          made.appliedOffset(),
          request.getFrom().getNodeId());
      List<Path> files = files(copy);
      long total = 0;
      for (Path file : files) {
        total += Files.size(file);
      }
      await(receiver);
      receiver.onNext(
          SnapshotPart.newBuilder()
              .setHeader(
                  SnapshotHeader.newBuilder()
                      .setSnapshotId(id)
                      .setAppliedOffset(made.appliedOffset())
                      .setPreviousCrc(made.previousCrc())
                      .setPreviousEpoch(made.previousEpoch())
                      .setTotalBytes(total))
              .build());
      Pace pace = new Pace(bytesPerSecond);
      for (Path file : files) {
        sendFile(copy, file, receiver, pace);
      }
      await(receiver);
      receiver.onNext(
          SnapshotPart.newBuilder()
              .setEnd(SnapshotEnd.newBuilder().setFiles(files.size()))
              .build());
      receiver.onCompleted();
      pin.keepForReceiver();
    } catch (IOException | RuntimeException failed) {
      LOG.warn("The copy of shard {} could not be sent", request.getShard(), failed);
      if (!receiver.isCancelled()) {
        receiver.onError(
            Status.UNAVAILABLE
                .withDescription("the copy could not be made or sent: " + failed.getMessage())
                .asRuntimeException());
      }
    } finally {
      delete(copy);
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private void sendFile(
      Path copy, Path file, ServerCallStreamObserver<SnapshotPart> receiver, Pace pace)
      throws IOException {
    String name = copy.relativize(file).toString();
    try (InputStream in = Files.newInputStream(file)) {
      long offset = 0;
      byte[] bytes = in.readNBytes(CHUNK_BYTES);
      do {
        pace.take(bytes.length);
        await(receiver);
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        receiver.onNext(
            SnapshotPart.newBuilder()
                .setChunk(
                    SnapshotChunk.newBuilder()
                        .setFile(name)
                        .setFileOffset(offset)
                        .setData(UnsafeByteOperations.unsafeWrap(bytes))
                        .setCrc((int) crc.getValue()))
                .build());
        offset += bytes.length;
        bytes = in.readNBytes(CHUNK_BYTES);
      } while (bytes.length > 0);
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
    sender.shutdown();
    try {
      sender.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
