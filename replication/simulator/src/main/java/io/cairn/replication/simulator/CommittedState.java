package io.cairn.replication.simulator;

import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.Operation;
import io.cairn.replication.core.OperationCursor;
import io.cairn.replication.simulator.SimulatedStore.Versioned;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the committed log comes to, and when each key was last changed. */
final class CommittedState {

  /** A write of a value, at its offset. */
  private record Put(String key, Versioned value) {}

  private static final long NEVER = -1;

  private final NavigableMap<String, Versioned> entries = new TreeMap<>();
  private final Map<String, Long> lastChanges = new HashMap<>();
  private final Map<Long, Put> puts = new HashMap<>();

  void apply(LogRecord record) {
    SimulatedStore.applyTo(entries, record);
    OperationCursor cursor = new OperationCursor().wrap(record);
    while (cursor.next()) {
      String key = SimulatedStore.text(cursor.array(), cursor.keyPosition(), cursor.keyLength());
      String value =
          SimulatedStore.text(cursor.array(), cursor.valuePosition(), cursor.valueLength());
      if (cursor.kind() == Operation.Kind.DELETE_RANGE) {
        for (String each : SimulatedClient.KEYS) {
          if (key.compareTo(each) <= 0 && (value.isEmpty() || each.compareTo(value) < 0)) {
            lastChanges.put(each, cursor.offset());
          }
        }
      } else if (cursor.kind() != Operation.Kind.NO_OP) {
        lastChanges.put(key, cursor.offset());
      }
      if (cursor.kind() == Operation.Kind.PUT) {
        puts.put(cursor.offset(), new Put(key, new Versioned(value, cursor.offset())));
      }
    }
  }

  /** A value that nothing can take away any more. */
  void requireCommitted(String key, Versioned seen) {
    if (!new Put(key, seen).equals(puts.get(seen.offset()))) {
      throw new Failure("a read saw what is not committed: " + key + " " + seen);
    }
  }

  /** What a STRONG read must have seen that looks now; to be asked once it is answered. */
  Sight sight(String key) {
    return new Sight(key, entries.get(key), lastChanges.getOrDefault(key, NEVER));
  }

  /** The newest that was committed on a key at a moment. */
  record Sight(String key, @Nullable Versioned newest, long lastChange) {

    /**
     * @param offset of what the read saw, or {@link #NEVER} when the key was in no place at all
     */
    void requireSeen(long offset) {
      if (offset < lastChange && (offset != NEVER || newest != null)) {
        throw new Failure(
            "a read missed what was committed: " + key + " " + newest + ", it saw " + offset);
      }
    }
  }
}
