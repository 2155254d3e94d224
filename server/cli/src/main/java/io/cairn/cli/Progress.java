package io.cairn.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * A line on the terminal that tells how far a long command is, its rate and the time left; nothing
 * where stderr is no terminal. For one thread.
 */
final class Progress implements AutoCloseable {

  private static final long INTERVAL_NANOS = Duration.ofMillis(100).toNanos();
  private static final int BAR_CELLS = 24;
  private static final String ERASE_LINE = "\r\033[K";

  private final Shell shell;
  private final String verb;
  private final LongSupplier nanoTime;
  private final long startNanos;
  private long lastNanos;

  /**
   * @param verb what is being done, "import"
   */
  Progress(Shell shell, String verb) {
    this(shell, verb, System::nanoTime);
  }

  Progress(Shell shell, String verb, LongSupplier nanoTime) {
    this.shell = shell;
    this.verb = verb;
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
    this.lastNanos = startNanos;
  }

  /**
   * Tells how far it is; draws at most ten times a second.
   *
   * @param done of total, in any unit
   * @param total 0 when it is not known
   */
  void update(long rows, long done, long total) {
    if (!shell.errorsAreTerminal()) {
      return;
    }
    long now = nanoTime.getAsLong();
    if (now - lastNanos < INTERVAL_NANOS) {
      return;
    }
    lastNanos = now;
    shell.err().print(ERASE_LINE + line(rows, done, total, now - startNanos));
    shell.err().flush();
  }

  private String line(long rows, long done, long total, long nanos) {
    String counted = Units.count(rows) + " rows  " + Units.rate(rows, nanos);
    if (total <= 0) {
      return verb + "  " + counted;
    }
    double fraction = Math.min(1, (double) done / total);
    int full = (int) (fraction * BAR_CELLS);
    long leftNanos = fraction <= 0 ? 0 : (long) (nanos * (1 - fraction) / fraction);
    return String.format(
        Locale.ROOT,
        "%s [%s%s] %3.0f%%  %s  %s left",
        verb,
        "#".repeat(full),
        ".".repeat(BAR_CELLS - full),
        100 * fraction,
        counted,
        Units.duration(Duration.ofNanos(leftNanos)));
  }

  /** Makes room for a message. */
  void erase() {
    if (shell.errorsAreTerminal()) {
      shell.err().print(ERASE_LINE);
      shell.err().flush();
    }
  }

  long nanos() {
    return nanoTime.getAsLong() - startNanos;
  }

  @Override
  public void close() {
    erase();
  }
}
