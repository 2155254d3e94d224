package io.cairn.storage;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps native objects alive while calls use them: calls enter and exit, the closer waits until
 * none is inside, and from then on entering throws. This is what stands between a late call and a
 * crash of the process.
 */
final class CloseGuard {
  private static final int CLOSED = Integer.MIN_VALUE;

  /** Calls inside; CLOSED is added once. */
  private final AtomicInteger state = new AtomicInteger();

  private final String what;

  /**
   * @param what is guarded, for the message
   */
  CloseGuard(String what) {
    this.what = what;
  }

  void enter() {
    if (!tryEnter()) {
      throw new IllegalStateException(what + " is closed");
    }
  }

  /** False when closed; else {@link #exit} must follow. */
  boolean tryEnter() {
    if (state.incrementAndGet() > 0) {
      return true;
    }
    exit();
    return false;
  }

  void exit() {
    if (state.decrementAndGet() == CLOSED) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  /**
   * Lets nobody in any more and waits for those inside; an interrupt is kept for later.
   *
   * @return false when somebody else has closed it or is doing so
   */
  boolean closeAndWait() {
    int before;
    do {
      before = state.get();
      if (before < 0) {
        return false;
      }
    } while (!state.compareAndSet(before, before + CLOSED));
    boolean interrupted = false;
    synchronized (this) {
      while (state.get() != CLOSED) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return true;
  }
}
