package io.cairn.replication.simulator.history;

import io.cairn.replication.core.Consistency;

/**
 * What a client asked for.
 *
 * @param client a name for the session; it may be used by several threads
 * @param key of a CLEAR: the first key that it covers
 */
public record Invocation(long client, String key, Action action, Consistency level) {

  /** Keys are compared as strings, which is the store's order for plain ASCII. */
  boolean covers(String other) {
    if (action.kind() != Action.Kind.CLEAR) {
      return key.equals(other);
    }
    String endKey = action.value();
    return key.compareTo(other) <= 0 && (endKey == null || other.compareTo(endKey) < 0);
  }
}
