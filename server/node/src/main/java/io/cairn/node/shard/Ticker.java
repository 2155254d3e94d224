package io.cairn.node.shard;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A thread that does something again and again until it is stopped. What it throws stops the node.
 */
final class Ticker {
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;

  Ticker(String name, long periodMillis, Runnable task, FailStop failStop) {
    thread =
        new Thread(
            () -> {
              try {
                while (!stop.await(periodMillis, TimeUnit.MILLISECONDS)) {
                  task.run();
                }
              } catch (Throwable failure) {
                failStop.fail(name + " failed", failure);
              }
            },
            name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Waits for the task under way. Also allowed when it was never started. */
  void stop() {
    stop.countDown();
    Worker.join(thread);
  }
}
