package io.cairn.node.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that does what others put into its queue: all that has gathered, at once.
 *
 * <p>Waking a thread costs more than most of the work, so that putting and waking are two calls:
 * who puts several things wakes once. Who may, does the work itself instead of waking anybody
 * ({@link #workOrWake}): one thread at a time, whichever that is, so that what a worker has needs
 * no further lock. The queue itself has no bound; each kind of worker says what bounds it.
 *
 * <p>Whatever is thrown stops the node: a worker never goes on after a failure. Nothing interrupts
 * the thread, because an interrupt closes the file channel under a sync.
 */
abstract class Worker<T> {
  private static final long IDLE_NANOS = 250_000_000L;
  private static final long TURN_NANOS = 100_000L;

  /** How many turns a thread that is not the worker's own takes, one after the other. */
  private static final int TURNS = 3;

  private final ConcurrentLinkedQueue<T> queue = new ConcurrentLinkedQueue<>();
  private final FailStop failStop;
  private final Thread thread;

  /** Held by the thread that does the work. */
  private final AtomicBoolean turn = new AtomicBoolean();

  private final List<T> items = new ArrayList<>(); // guarded by turn
  private boolean broken; // guarded by turn
  private volatile boolean started;
  private volatile boolean sleeping;
  private volatile boolean stopping;
  private volatile boolean ended;

  Worker(String name, FailStop failStop) {
    this.failStop = failStop;
    thread = new Thread(this::loop, name);
    thread.setDaemon(true);
    failStop.onFailureWake(() -> LockSupport.unpark(thread));
  }

  /** Does what has gathered, in order, on any thread, one at a time. The list is reused. */
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
    started = true;
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

  /**
   * Does what has gathered at once, on the calling thread, unless another one does it already,
   * which then does that as well. The caller holds no lock and has the time for it.
   */
  final void workOrWake() {
    for (int i = 0; i < TURNS && takesTurn(); i++) {
      try {
        workOnce();
      } catch (Throwable failure) {
        broken = true;
        failStop.fail(thread.getName() + " failed", failure);
      } finally {
        turn.set(false);
      }
    }
    if (ended || !turn.get()) {
      wake();
    } // else who has the turn looks again after it
  }

  private boolean takesTurn() {
    return started
        && !ended
        && !failStop.hasFailed()
        && !queue.isEmpty()
        && turn.compareAndSet(false, true);
  }

  /** Whether there was something to do. */
  private boolean workOnce() {
    drainTo(items);
    if (items.isEmpty()) {
      return false;
    }
    work(items);
    items.clear();
    return true;
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
    try {
      while (!failStop.hasFailed()) {
        boolean last = stopping;
        if (turn.compareAndSet(false, true)) {
          boolean worked;
          try {
            worked = workOnce();
          } finally {
            turn.set(false);
          }
          if (!worked && last) {
            break;
          } else if (worked) {
            continue;
          }
        }
        sleep();
      }
      while (!turn.compareAndSet(false, true)) {
        LockSupport.parkNanos(this, TURN_NANOS);
      }
      if (broken) {
        return;
      }
      synchronized (this) { // keeps the turn: nobody works any more
        items.clear();
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
    boolean nothingToDo = queue.isEmpty() || turn.get(); // who has the turn wakes when it is over
    if (nothingToDo && !stopping && !failStop.hasFailed()) {
      LockSupport.parkNanos(this, IDLE_NANOS);
      if (sleeping) {
        idle();
      }
    }
    sleeping = false;
  }
}
