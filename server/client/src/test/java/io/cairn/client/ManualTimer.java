package io.cairn.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Time that passes only when somebody waits, or is told to. */
final class ManualTimer implements Timer {

  /** The delays asked for, in order. */
  final List<Long> delaysNanos = new ArrayList<>();

  /** What is waiting while the timer is held. */
  final Deque<Runnable> held = new ArrayDeque<>();

  boolean hold;
  private long nowNanos = 1_000_000_000L;

  void advance(long nanos) {
    nowNanos += nanos;
  }

  @Override
  public long nanoTime() {
    return nowNanos;
  }

  @Override
  public void schedule(Runnable task, long delayNanos) {
    delaysNanos.add(delayNanos);
    if (hold) {
      held.add(task);
    } else {
      nowNanos += delayNanos;
      task.run();
    }
  }

  @Override
  public void close() {
    held.clear();
  }
}
