package io.cairn.replication.simulator;

import java.util.ArrayDeque;
import java.util.function.Supplier;

/** What happened, line by line. One that is not kept costs nothing. */
public final class Transcript {
  private final boolean kept;
  private final ArrayDeque<String> lines = new ArrayDeque<>();

  private Transcript(boolean kept) {
    this.kept = kept;
  }

  public static Transcript whole() {
    return new Transcript(true);
  }

  public static Transcript none() {
    return new Transcript(false);
  }

  void line(long nowMicros, Supplier<String> text) {
    if (kept) {
      lines.addLast(String.format("%9d %s", nowMicros, text.get()));
    }
  }

  public String text() {
    return String.join("\n", lines);
  }

  /** Its end, which is what one wants to see of a failure. */
  public String last(int count) {
    return String.join("\n", lines.stream().skip(Math.max(0, lines.size() - count)).toList());
  }
}
