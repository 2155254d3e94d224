package io.cairn.replication.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What happened, line by line. One that is not kept costs nothing. */
public final class Transcript {
  private final boolean kept;
  private final List<String> lines = new ArrayList<>();

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
      lines.add(String.format("%9d %s", nowMicros, text.get()));
    }
  }

  public String text() {
    return String.join("\n", lines);
  }
}
