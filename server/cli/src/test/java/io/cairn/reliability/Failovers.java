package io.cairn.reliability;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How long STRONG writes of a shard stood still after its leader was killed. */
final class Failovers {
  private final List<Long> leaders = new ArrayList<>();
  private final List<Long> controllers = new ArrayList<>();

  synchronized void add(boolean wasController, long millis) {
    (wasController ? controllers : leaders).add(millis);
  }

  private static String text(String what, List<Long> millis) {
    if (millis.isEmpty()) {
      return what + ": none";
    }
    List<Long> sorted = new ArrayList<>(millis);
    Collections.sort(sorted);
    return String.format(
        "%s: %d, median %d ms, 90 %% %d ms, worst %d ms",
        what,
        sorted.size(),
        sorted.get((sorted.size() - 1) / 2),
        sorted.get((int) Math.ceil(sorted.size() * 0.9) - 1),
        sorted.get(sorted.size() - 1));
  }

  synchronized int count() {
    return leaders.size() + controllers.size();
  }

  @Override
  public synchronized String toString() {
    return text("failovers from a leader that was not the controller", leaders)
        + "\n"
        + text("failovers from a leader that was the controller too", controllers);
  }
}
