package io.cairn.compare.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How long stores were away. */
public final class Outage {
  private Outage() {}

  /**
   * A table in Markdown.
   *
   * @param seconds of each store, in the order in which they were measured
   */
  public static List<String> table(String what, Map<String, List<Double>> seconds) {
    List<String> lines = new ArrayList<>();
    lines.add("| " + what + " | median | smallest | largest | times |");
    lines.add("|---|---|---|---|---|");
    seconds.forEach(
        (store, all) -> {
          Statistics of = Statistics.of(all);
          lines.add(
              String.format(
                  Locale.ROOT,
                  "| %s | %.2f | %.2f | %.2f | %d |",
                  store,
                  of.median(),
                  of.min(),
                  of.max(),
                  all.size()));
        });
    return lines;
  }
}
