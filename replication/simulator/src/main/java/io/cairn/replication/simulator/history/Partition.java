package io.cairn.replication.simulator.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A history, key by key. */
final class Partition {

  private Partition() {}

  /** A CLEAR is in the history of each key that it covers. */
  static SortedMap<String, List<OperationRecord>> byKey(Collection<OperationRecord> history) {
    SortedMap<String, List<OperationRecord>> byKey = new TreeMap<>();
    List<OperationRecord> clears = new ArrayList<>();
    for (OperationRecord operation : history) {
      if (operation.action().kind() == Action.Kind.CLEAR) {
        clears.add(operation);
      } else {
        byKey.computeIfAbsent(operation.invocation().key(), k -> new ArrayList<>()).add(operation);
      }
    }
    byKey.forEach(
        (key, operations) ->
            clears.stream().filter(c -> c.invocation().covers(key)).forEach(operations::add));
    return byKey;
  }
}
