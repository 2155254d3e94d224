package io.cairn.replication.metadata;

import io.cairn.replication.core.metadata.ChangeResult;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.MetadataChange;
import io.cairn.replication.core.metadata.MetadataQuorum;
import io.cairn.replication.core.metadata.MetadataUnavailableException;
import io.cairn.replication.core.metadata.NodeMetadata;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The metadata as a node knows it that is no member of the quorum: what members have told it, and a
 * way to have them propose. It is never the controller.
 */
public final class LearnedMetadata implements MetadataQuorum {
  private final Function<MetadataChange, CompletableFuture<ChangeResult>> forward;
  private final Announcer announcer = new Announcer(ClusterMetadata.empty());
  private final Pending pending = new Pending();
  private volatile int controller = NodeMetadata.NONE;

  /**
   * @param forward has a member propose a change, and gives up after a limit of its own
   */
  public LearnedMetadata(Function<MetadataChange, CompletableFuture<ChangeResult>> forward) {
    this.forward = forward;
  }

  /** Told by a member; an older version than the known one is passed over. */
  public void learn(ClusterMetadata metadata) {
    announcer.announce(metadata);
  }

  /** Told by a member: who leads the quorum, or {@link NodeMetadata#NONE}. */
  public void learnController(int nodeId) {
    controller = nodeId;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // its callback handles both endings
  public CompletableFuture<ChangeResult> propose(MetadataChange change) {
    CompletableFuture<ChangeResult> result = pending.begin();
    if (!result.isDone()) {
      forward
          .apply(change)
          .whenComplete(
              (outcome, failure) -> {
                if (failure == null) {
                  onOutcome(outcome);
                  result.complete(outcome);
                } else {
                  result.completeExceptionally(unavailable(failure));
                }
              });
    }
    return result;
  }

  private void onOutcome(ChangeResult outcome) {
    if (outcome instanceof ChangeResult.Applied applied) {
      announcer.announce(applied.metadata());
    }
  }

  private static MetadataUnavailableException unavailable(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof MetadataUnavailableException known
        ? known
        : new MetadataUnavailableException(
            "no member of the metadata quorum answered; the change may have been applied", cause);
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
    return false;
  }

  @Override
  public int controllerOrNone() {
    return controller;
  }

  /** It never leads. */
  @Override
  public void campaign() {}

  @Override
  public void close() {
    pending.close();
    announcer.close();
  }
}
