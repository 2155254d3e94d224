package io.cairn.replication.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cairn.replication.core.Key;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.OperationCursor;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The store of one replica as a map. A crash takes it back to any record that it had applied since
 * it was flushed, or to the flush itself.
 */
public class SimulatedStore {

  /** A value and the offset of the operation that wrote it. */
  public record Versioned(String value, long offset) {}

  private final NavigableMap<String, Versioned> entries = new TreeMap<>();
  private long appliedOffset;

  private Map<String, Versioned> flushedEntries = Map.of();
  private long flushedOffset;
  private final ArrayDeque<LogRecord> unflushed = new ArrayDeque<>();

  public void apply(LogRecord record) {
    applyTo(entries, record);
    appliedOffset = record.endOffset();
    unflushed.addLast(record);
  }

  static void applyTo(NavigableMap<String, Versioned> entries, LogRecord record) {
    OperationCursor cursor = new OperationCursor().wrap(record);
    while (cursor.next()) {
      String key = text(cursor.array(), cursor.keyPosition(), cursor.keyLength());
      String value = text(cursor.array(), cursor.valuePosition(), cursor.valueLength());
      switch (cursor.kind()) {
        case PUT -> entries.put(key, new Versioned(value, cursor.offset()));
        case DELETE -> entries.remove(key);
        case DELETE_RANGE ->
            (value.isEmpty() ? entries.tailMap(key, true) : entries.subMap(key, value)).clear();
        case NO_OP -> {}
      }
    }
  }

  static String text(Key key) {
    return text(key.array(), key.position(), key.length());
  }

  static String text(byte[] array, int position, int length) {
    return new String(array, position, length, UTF_8);
  }

  public void flush() {
    flushedEntries = Map.copyOf(entries);
    flushedOffset = appliedOffset;
    unflushed.clear();
  }

  void crash(Chance chance) {
    entries.clear();
    entries.putAll(flushedEntries);
    appliedOffset = flushedOffset;
    int survived = chance.coin() ? 0 : chance.between(0, unflushed.size());
    ArrayDeque<LogRecord> applied = new ArrayDeque<>(unflushed);
    unflushed.clear();
    for (int i = 0; i < survived; i++) {
      apply(applied.removeFirst());
    }
    flush();
  }

  @Nullable Versioned get(String key) {
    return entries.get(key);
  }

  Map<String, Versioned> copy() {
    return new TreeMap<>(entries);
  }

  NavigableMap<String, Versioned> entries() {
    return entries;
  }

  /** Another replica's state in place of this one's, at once on disk. */
  public void install(Map<String, Versioned> other, long otherAppliedOffset) {
    entries.clear();
    entries.putAll(other);
    appliedOffset = otherAppliedOffset;
    flush();
  }

  public long appliedOffset() {
    return appliedOffset;
  }

  public long flushedOffset() {
    return flushedOffset;
  }
}
