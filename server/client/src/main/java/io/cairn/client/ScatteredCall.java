package io.cairn.client;

import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A call that concerns several shards: one part for each node that is to be asked. A part whose
 * node does not lead all of its shards any more falls apart into one for each shard, which finds
 * its leader by itself.
 *
 * @param <P> what a part gets
 * @param <R> what the caller gets
 */
abstract class ScatteredCall<P extends @Nullable Object, R extends @Nullable Object>
    extends CompletableFuture<R> {

  final Connection connection;
  private final boolean toLeaders;
  private final long startNanos;
  private final List<CompletableFuture<P>> parts = new ArrayList<>(); // guarded by this
  private int outstanding; // guarded by this
  private boolean anyDone; // guarded by this
  private @Nullable CairnException failure; // guarded by this

  ScatteredCall(Connection connection, boolean toLeaders) {
    this.connection = connection;
    this.toLeaders = toLeaders;
    this.startNanos = connection.timer().nanoTime();
  }

  /** The shards that it concerns, one at least. */
  abstract Collection<Integer> shards(ShardMap map);

  /** Makes the part that asks for some of them. */
  abstract UnaryCall<?, ?, P> part(ShardMap map, List<Integer> shards, long partStartNanos);

  /** Keeps what a part has got. */
  abstract void collect(List<Integer> shards, P answer);

  abstract R result();

  /**
   * What the caller is told.
   *
   * @param first what the first part failed with that failed
   * @param anyDone whether another part succeeded, or may have
   */
  CairnException failure(CairnException first, boolean anyDone) {
    return first;
  }

  final CompletableFuture<R> start() {
    FailureStatus refusal = connection.enterOrRefuse();
    ShardMap map = connection.cluster().mapOrNull();
    if (refusal != null) {
      refuse(refusal);
    } else if (map == null) {
      connection.learnMap(connection.options().deadline().toNanos(), this::sendFirst, this::refuse);
    } else {
      sendFirst(map);
    }
    return this;
  }

  private void refuse(FailureStatus status) {
    connection.released();
    completeExceptionally(CairnException.of(status, null));
  }

  private void sendFirst(ShardMap map) {
    send(map, map.byNode(shards(map), toLeaders, connection.nodes().preferred(), 0).values());
    connection.released(); // the parts are counted now
  }

  @SuppressWarnings("FutureReturnValueIgnored") // its callback handles both endings
  private void send(ShardMap map, Collection<List<Integer>> groups) {
    synchronized (this) {
      outstanding += groups.size();
    }
    for (List<Integer> shards : groups) {
      UnaryCall<?, ?, P> part = part(map, shards, startNanos);
      synchronized (this) {
        parts.add(part);
      }
      connection.entered();
      part.whenComplete((answer, error) -> onPart(map, shards, answer, error));
      if (isCancelled()) {
        part.cancel(true);
      }
      part.begin();
    }
  }

  private void onPart(ShardMap map, List<Integer> shards, P answer, @Nullable Throwable error) {
    boolean fallsApart =
        error instanceof CairnException cairn
            && cairn.reason() == Failure.NOT_LEADER
            && !cairn.outcomeUnknown()
            && shards.size() > 1
            && !isDone();
    if (fallsApart) {
      send(map, shards.stream().map(List::of).toList());
    }
    boolean last;
    synchronized (this) {
      if (error == null) {
        collect(shards, answer);
        anyDone = true;
      } else if (error instanceof CairnException cairn && !fallsApart) {
        anyDone |= cairn.outcomeUnknown();
        failure = failure == null ? cairn : failure;
      }
      outstanding--;
      last = outstanding == 0;
    }
    if (last) {
      finish();
    }
  }

  private void finish() {
    CairnException failed;
    boolean other;
    synchronized (this) {
      failed = failure;
      other = anyDone;
    }
    if (failed == null) {
      complete(result());
    } else {
      completeExceptionally(failure(failed, other));
    }
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    List<CompletableFuture<P>> all;
    synchronized (this) {
      all = List.copyOf(parts);
    }
    all.forEach(part -> part.cancel(mayInterruptIfRunning));
    return cancelled;
  }

  /** What the user derives from this is an ordinary future. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
