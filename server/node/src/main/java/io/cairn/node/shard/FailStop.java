package io.cairn.node.shard;

import io.cairn.replication.core.Invariant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one switch that stops a node for good. Once it is thrown nothing is confirmed any more: who
 * confirms asks {@link #hasFailed} first.
 */
public final class FailStop {

  /**
   * Why the node stopped.
   *
   * @param reason a sentence
   * @param storeIsSound whether the store may still be closed in order, because nothing suggests
   *     that what it holds is wrong
   */
  public record Failure(String reason, Throwable cause, boolean storeIsSound) {}

  private final AtomicReference<@Nullable Failure> failure = new AtomicReference<>();
  private final Consumer<Failure> onFailure;
  private final List<Runnable> wakeUps = new CopyOnWriteArrayList<>();

  /**
   * @param onFailure told once, on the thread that found the failure; must not wait for that thread
   */
  public FailStop(Consumer<Failure> onFailure) {
    this.onFailure = onFailure;
  }

  public void fail(String what, Throwable cause) {
    String message = cause.getMessage();
    Failure found =
        new Failure(
            what + ": " + (message == null ? cause.toString() : message),
            cause,
            !(cause instanceof Invariant.Violation));
    if (failure.compareAndSet(null, found)) {
      wakeUps.forEach(Runnable::run);
      onFailure.accept(found);
    }
  }

  /**
   * Called once there is a failure, so that a thread that waits can look. Must not wait or throw.
   */
  void onFailureWake(Runnable wakeUp) {
    wakeUps.add(wakeUp);
  }

  public boolean hasFailed() {
    return failure.get() != null;
  }

  public @Nullable Failure failureOrNull() {
    return failure.get();
  }
}
