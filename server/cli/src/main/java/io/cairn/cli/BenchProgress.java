package io.cairn.cli;

import io.cairn.cli.bench.BenchRun;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A line each second, on a terminal only, of what a benchmark does. */
final class BenchProgress implements AutoCloseable {

  private final Shell shell;
  private final BenchRun run;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(BenchProgress::thread);

  // Of the timer's thread.
  private long second;
  private long answeredBefore;

  BenchProgress(Shell shell, BenchRun run) {
    this.shell = shell;
    this.run = run;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "cairn-bench-progress");
    thread.setDaemon(true);
    return thread;
  }

  void start() {
    if (shell.errorsAreTerminal()) {
      // It does not throw, so nobody need look at its future.
      var unused = timer.scheduleAtFixedRate(this::show, 1, 1, TimeUnit.SECONDS);
    }
  }

  /** Tells of the second that has passed. */
  void show() {
    long answered = run.answered();
    second++;
    shell
        .err()
        .println(
            String.format(
                Locale.ROOT,
                "%4d s  %s/s  %s failed",
                second,
                Units.count(answered - answeredBefore),
                Units.count(run.failed())));
    answeredBefore = answered;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
