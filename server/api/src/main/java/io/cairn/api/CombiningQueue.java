package io.cairn.api;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Things on their way to a stream that one thread at a time may write to. Whoever adds something
 * writes it, and all that others add meanwhile: nobody waits, nothing is handed to another thread,
 * and what gathers while a message is made rides in the next one. First in, first out.
 */
public final class CombiningQueue<T> {
  private final Runnable turn;
  private final Queue<T> items = new ConcurrentLinkedQueue<>();

  /** Turns that are asked for; whoever raises it from 0 takes them. */
  private final AtomicInteger wanted = new AtomicInteger();

  /**
   * @param turn polls and writes as much as it can; never runs on two threads at once, and sees
   *     what the one before has done. What it throws is thrown to whoever drained.
   */
  public CombiningQueue(Runnable turn) {
    this.turn = turn;
  }

  /** Adds without a turn: one must follow. Any thread. */
  public void add(T item) {
    items.add(item);
  }

  /** Takes a turn, or has the thread take another one that is at it. Any thread. */
  public void drain() {
    if (wanted.getAndIncrement() == 0) {
      takeTurns();
    }
  }

  /**
   * Runs a task that may add and drain many times, and takes one turn for all of it afterwards,
   * unless another thread is at it.
   */
  public void gather(Runnable task) {
    boolean mine = wanted.getAndIncrement() == 0;
    try {
      task.run();
    } finally {
      if (mine) {
        takeTurns();
      } else {
        drain();
      }
    }
  }

  private void takeTurns() {
    int seen;
    do {
      seen = wanted.get();
      try {
        turn.run();
      } catch (RuntimeException | Error failed) {
        wanted.set(0); // the queue goes on with the next drain
        throw failed;
      }
    } while (wanted.addAndGet(-seen) != 0);
  }

  /** Within a turn only. */
  public @Nullable T peekOrNull() {
    return items.peek();
  }

  /** Within a turn only. */
  public @Nullable T pollOrNull() {
    return items.poll();
  }

  /** What has been added and not polled yet; may change meanwhile. Any thread. */
  public Iterable<T> waiting() {
    return items;
  }
}
