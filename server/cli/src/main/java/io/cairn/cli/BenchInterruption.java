package io.cairn.cli;

import io.cairn.cli.bench.BenchRun;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Until its {@link #end}, Ctrl-C ends the run early, and the process ends only then: when the
 * result has been printed.
 */
final class BenchInterruption {

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;

  /**
   * @param patience how long the process waits for the result
   */
  BenchInterruption(BenchRun run, Duration patience) {
    hook =
        new Thread(
            () -> {
              run.stop();
              awaitEnd(patience);
            },
            "cairn-bench-interrupted");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void awaitEnd(Duration patience) {
    try {
      // Whether it was in time makes no difference: the process ends.
      var unused = ended.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void end() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // It has begun to run, and goes on now.
    }
  }
}
