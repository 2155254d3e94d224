package io.cairn.replication.metadata;

import io.cairn.replication.core.metadata.ChangeResult;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.MetadataChange;
import io.cairn.replication.core.metadata.MetadataQuorum;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of a node without a cluster, in a file of its own: ready at once, and it is always
 * the controller. A thread of its own applies and persists the changes, one after the other.
 *
 * <p>A failure of the disk is final: what is on it then is not known, so nothing is persisted any
 * more until the node has started again and has read it.
 */
public final class SoleMetadata implements MetadataQuorum {
  private final int nodeId;
  private final Path file;
  private final Announcer announcer;
  private final Pending pending = new Pending();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "cairn-metadata");
            thread.setDaemon(true);
            return thread;
          });

  /** Only on the thread. */
  private @Nullable Throwable failure;

  private SoleMetadata(int nodeId, Path file, ClusterMetadata metadata) {
    this.nodeId = nodeId;
    this.file = file;
    announcer = new Announcer(metadata);
  }

  /**
   * @param file in an existing directory; when it is not there, the node begins without any
   *     metadata
   * @throws IOException when it cannot be read or is damaged, with a sentence for people
   */
  public static SoleMetadata open(int nodeId, Path file) throws IOException {
    ClusterMetadata metadata =
        Files.exists(file) ? MetadataFile.read(file) : ClusterMetadata.empty();
    return new SoleMetadata(nodeId, file, metadata);
  }

  @Override
  public CompletableFuture<ChangeResult> propose(MetadataChange change) {
    CompletableFuture<ChangeResult> result = pending.begin();
    if (!result.isDone()) {
      try {
        thread.execute(() -> carryOut(change, result));
      } catch (RejectedExecutionException e) {
        Pending.fail(result, "not applied: this node stops", e);
      }
    }
    return result;
  }

  private void carryOut(MetadataChange change, CompletableFuture<ChangeResult> result) {
    try {
      if (failure != null) {
        throw new IOException("an earlier change could not be persisted", failure);
      }
      ChangeResult outcome = announcer.current().apply(change);
      if (outcome instanceof ChangeResult.Applied applied
          && applied.metadata().version() > announcer.current().version()) {
        MetadataFile.write(file, applied.metadata());
        announcer.announce(applied.metadata());
      }
      result.complete(outcome);
    } catch (IOException e) {
      failure = failure == null ? e : failure;
      Pending.fail(
          result,
          "the cluster metadata cannot be written to " + file + ": check the disk, then restart",
          e);
    } catch (Throwable e) {
      // A violation, whose change will never be applied: whoever proposed it has to see it.
      failure = e;
      result.completeExceptionally(e);
      throw e;
    }
  }

  @Override
  public ClusterMetadata current() {
    return announcer.current();
  }

  @Override
  public void listen(Consumer<ClusterMetadata> listener) {
    announcer.listen(listener);
  }

  @Override
  public boolean isController() {
    return true;
  }

  @Override
  public int controllerOrNone() {
    return nodeId;
  }

  /** It always leads. */
  @Override
  public void campaign() {}

  /** Changes that have begun are persisted first. */
  @Override
  public void close() {
    thread.shutdown();
    boolean interrupted = false;
    while (true) {
      try {
        if (thread.awaitTermination(1, TimeUnit.DAYS)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true; // an fsync must not be interrupted; it ends by itself
      }
    }
    pending.close();
    announcer.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
