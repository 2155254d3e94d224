package io.cairn.cli.bench;

import java.util.concurrent.locks.LockSupport;

/** The time as the one thread that sends sees it, and its waits. */
public interface BenchClock {

  /** As {@link System#nanoTime}. Any thread. */
  long nanoTime();

  /** Returns at that time, when it is woken, or for no reason. The sending thread. */
  void parkUntil(long nanos);

  /** Ends the wait of the sending thread, or its next one. Any thread. */
  void wake();

  /** The real time for the thread that calls this. */
  static BenchClock ofThisThread() {
    Thread sender = Thread.currentThread();
    return new BenchClock() {
      @Override
      public long nanoTime() {
        return System.nanoTime();
      }

      @Override
      public void parkUntil(long nanos) {
        LockSupport.parkNanos(this, nanos - System.nanoTime());
      }

      @Override
      public void wake() {
        LockSupport.unpark(sender);
      }
    };
  }
}
