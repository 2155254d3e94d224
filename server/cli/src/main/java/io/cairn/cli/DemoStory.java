package io.cairn.cli;

import java.time.Duration;
import java.util.Locale;

/** What happens, line by line, each with the seconds since the beginning. Thread-safe. */
final class DemoStory {

  private final DataOut out;
  private final long beginNanos = System.nanoTime();

  DemoStory(DataOut out) {
    this.out = out;
  }

  synchronized void tell(String sentence) {
    out.println(
        String.format(Locale.ROOT, "%5.1f s  ", (System.nanoTime() - beginNanos) / 1e9) + sentence);
    out.flush();
  }

  /** Under what was told last. */
  synchronized void add(String sentence) {
    out.println(("         " + sentence).stripTrailing());
    out.flush();
  }

  /** "1.23 s". */
  static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.2f s", Duration.ofNanos(nanos).toMillis() / 1000.0);
  }
}
