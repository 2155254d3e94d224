package io.cairn.node.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/**
 * Where calls come from and where they are answered: one event loop, or one thread for the calls of
 * this process. Crossing threads is paid once for all that gathers: the replica is woken when the
 * loop has read what the network had, and answers come back as one task.
 */
public final class ReplyLane {
  private final int index;
  private final Executor executor;
  private final BooleanSupplier gathers;
  private final List<ReplicaThread> toWake = new ArrayList<>();

  /**
   * @param index numbers the lanes of a node from 0
   * @param gathers whether the calling thread is the executor's, so that more may come before the
   *     next task runs
   */
  public ReplyLane(int index, Executor executor, BooleanSupplier gathers) {
    this.index = index;
    this.executor = executor;
    this.gathers = gathers;
  }

  int index() {
    return index;
  }

  public Executor executor() {
    return executor;
  }

  /** Hands a proposal or an input to a shard's replica. */
  void submit(Shard shard, Object item) {
    // Another one takes its place when the shard is rebuilt: who is given the item is woken.
    ReplicaThread replica = shard.replicaThread();
    replica.put(item);
    if (!gathers.getAsBoolean()) {
      replica.wake();
    } else if (!toWake.contains(replica)) {
      toWake.add(replica);
      if (toWake.size() == 1) {
        executor.execute(this::wakeAll);
      }
    }
  }

  private void wakeAll() {
    for (ReplicaThread replica : toWake) {
      replica.workOrWake();
    }
    toWake.clear();
  }
}
