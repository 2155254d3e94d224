package io.cairn.node.service;

import io.cairn.node.config.NodeConfig;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads for what may wait for the disk. Scans have their own, so that a single get never stands
 * behind them. A full queue refuses.
 */
public final class ReadPool implements AutoCloseable {
  private static final int WAITING_READS_PER_THREAD = 256;

  private final ThreadPoolExecutor readers;
  private final ThreadPoolExecutor scanners;

  public ReadPool(NodeConfig config) {
    int threads = config.storage().readThreads();
    readers = pool("cairn-read-", threads, threads * WAITING_READS_PER_THREAD);
    // An open scan has one turn in the queue at most.
    scanners = pool("cairn-scan-", threads, config.limits().maxScans() + 1);
  }

  private static ThreadPoolExecutor pool(String name, int threads, int queue) {
    AtomicInteger next = new AtomicInteger();
    ThreadFactory factory =
        task -> {
          Thread thread = new Thread(task, name + next.getAndIncrement());
          thread.setDaemon(true);
          return thread;
        };
    return new ThreadPoolExecutor(
        threads, threads, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queue), factory);
  }

  Executor readers() {
    return readers;
  }

  Executor scanners() {
    return scanners;
  }

  /** Ends what is under way and waits for it: afterwards nobody uses a store any more. */
  @Override
  public void close() {
    readers.shutdown();
    scanners.shutdown();
    try {
      readers.awaitTermination(1, TimeUnit.MINUTES);
      scanners.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
