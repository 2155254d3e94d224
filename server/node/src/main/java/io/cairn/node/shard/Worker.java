package io.cairn.node.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that does what others put into its queue: all that has gathered, at once.
 *
 * <p>Waking a thread costs more than most of the work, so that putting and waking are two calls:
 * who puts several things wakes once. The queue itself has no bound; each kind of worker says what
 * bounds it.
 *
 * <p>Whatever is thrown stops the node: a worker never goes on after a failure. Nothing interrupts
 * the thread, because an interrupt closes the file channel under a sync.
 */
abstract class Worker<T> {
  private static final long IDLE_NANOS = 250_000_000L;

  private final ConcurrentLinkedQueue<T> queue = new ConcurrentLinkedQueue<>();
  private final FailStop failStop;
  private final Thread thread;
  private volatile boolean sleeping;
  private volatile boolean stopping;
  private volatile boolean ended;

  Worker(String name, FailStop failStop) {
    this.failStop = failStop;
    thread = new Thread(this::loop, name);
    thread.setDaemon(true);
    failStop.onFailureWake(() -> LockSupport.unpark(thread));
  }

  /** Does what has gathered, in order. The list is reused. */
  abstract void work(List<T> items);

  /** Called now and then while there is nothing to do. */
  void idle() {}

  /**
   * Last act of the thread, unless it failed itself. Called again for what was put into the queue
   * after that, by the thread that put it.
   *
   * @param undone what was still in the queue when another one failed; empty after a stop in order
   */
  void end(List<T> undone) {}

  final void start() {
    thread.start();
  }

  final boolean isStopping() {
    return stopping;
  }

  /** Any thread. Call {@link #wake} after the last of several. */
  final void put(T item) {
    queue.add(item);
  }

  /** Wakes the thread when there is something to do; else its idle moments go on undisturbed. */
  final void wake() {
    if (ended) {
      endAgain();
    } else if (sleeping && !queue.isEmpty()) {
      sleeping = false;
      LockSupport.unpark(thread);
    }
  }

  private synchronized void endAgain() {
    List<T> late = new ArrayList<>();
    drainTo(late);
    if (!late.isEmpty()) {
      end(late);
    }
  }

  /** Does what is in the queue, then ends; returns at once. */
  final void stop() {
    stopping = true;
    LockSupport.unpark(thread);
  }

  /** Waits for the end. A worker that waits for itself, while it reports a failure, does not. */
  final void join() {
    if (Thread.currentThread() != thread) {
      join(thread);
    }
  }

  /**
   * Waits for the end of a thread even when the caller is interrupted, who would else go on to
   * close what the thread still uses.
   */
  static void join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException noted) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void loop() {
    List<T> items = new ArrayList<>();
    try {
      while (!failStop.hasFailed()) {
        boolean last = stopping;
        drainTo(items);
        if (!items.isEmpty()) {
          work(items);
          items.clear();
        } else if (last) {
          break;
        } else {
          sleep();
        }
      }
      synchronized (this) {
        drainTo(items);
        end(items);
        ended = true;
      }
      endAgain();
    } catch (Throwable failure) {
      failStop.fail(thread.getName() + " failed", failure);
    }
  }

  private void drainTo(List<T> items) {
    for (T item = queue.poll(); item != null; item = queue.poll()) {
      items.add(item);
    }
  }

  private void sleep() {
    sleeping = true;
    if (queue.isEmpty() && !stopping && !failStop.hasFailed()) {
      LockSupport.parkNanos(this, IDLE_NANOS);
      if (sleeping) {
        idle();
      }
    }
    sleeping = false;
  }
}
