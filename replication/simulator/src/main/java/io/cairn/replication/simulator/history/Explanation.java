package io.cairn.replication.simulator.history;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Why the history of a key is not linearizable, as short as it can be told: the first answer with
 * which it was no longer possible, the longest order up to it, and what has no place after that.
 */
final class Explanation {
  private static final int MAX_LINES = 12;

  /** The longest order is found early or not worth the wait. */
  private static final long MAX_CONFIGURATIONS_FOR_ORDER = 10_000;

  private final String key;
  private final List<OperationRecord> operations;
  private final long maxConfigurations;

  Explanation(String key, List<OperationRecord> operations, long maxConfigurations) {
    this.key = key;
    this.operations = operations;
    this.maxConfigurations = maxConfigurations;
  }

  String text() {
    List<OperationRecord> answered =
        operations.stream()
            .filter(KeyHistory::isRequired)
            .sorted((a, b) -> Long.compare(a.returnTime(), b.returnTime()))
            .toList();
    int possible = 0;
    int impossible = answered.size();
    while (impossible - possible > 1) {
      int middle = (possible + impossible) >>> 1;
      List<OperationRecord> prefix = upTo(answered.get(middle - 1).returnTime());
      Search search = new Search(new KeyHistory(prefix), maxConfigurations, false);
      if (search.run() == Search.Outcome.IMPOSSIBLE) {
        impossible = middle;
      } else {
        possible = middle;
      }
    }
    return text(answered.get(impossible - 1));
  }

  /** The history as it was known then. That of a linearizable one is linearizable at any time. */
  private List<OperationRecord> upTo(long time) {
    List<OperationRecord> prefix = new ArrayList<>();
    for (OperationRecord operation : operations) {
      if (operation.returnTime() <= time) {
        prefix.add(operation);
      } else if (operation.invokeTime() <= time) {
        prefix.add(
            new OperationRecord(
                operation.id(),
                operation.invocation(),
                operation.invokeTime(),
                OperationRecord.OPEN,
                Answer.unknown()));
      }
    }
    return prefix;
  }

  private String text(OperationRecord culprit) {
    KeyHistory history = new KeyHistory(upTo(culprit.returnTime()));
    Search search = new Search(history, MAX_CONFIGURATIONS_FOR_ORDER, true);
    search.run();
    List<OperationRecord> order = search.longestOrder();
    Set<Integer> placed = new HashSet<>();
    order.forEach(o -> placed.add(o.id()));
    List<OperationRecord> open =
        history.operations.subList(0, history.required).stream()
            .filter(o -> !placed.contains(o.id()))
            .toList();

    StringBuilder text = new StringBuilder();
    text.append("key ").append(key).append(" is not linearizable once this was answered:");
    line(text, culprit);
    text.append("\nthe longest order up to then, of ").append(order.size()).append(" operations:");
    int left = Math.max(0, order.size() - MAX_LINES);
    text.append(left == 0 ? "" : "\n  ... " + left + " more");
    order.subList(left, order.size()).forEach(o -> line(text, o));
    text.append("\nthat leaves ").append(Action.text(stateAfter(order)));
    text.append(", and these have no place:");
    open.stream().limit(MAX_LINES).forEach(o -> line(text, o));
    text.append(open.size() <= MAX_LINES ? "" : "\n  ... " + (open.size() - MAX_LINES) + " more");
    return text.toString();
  }

  private static void line(StringBuilder text, OperationRecord operation) {
    text.append("\n  ").append(operation);
  }

  private static @Nullable String stateAfter(List<OperationRecord> order) {
    for (int i = order.size() - 1; i >= 0; i--) {
      OperationRecord operation = order.get(i);
      if (operation.mayHaveWritten()) {
        return operation.action().valueAfter();
      }
    }
    return null;
  }
}
