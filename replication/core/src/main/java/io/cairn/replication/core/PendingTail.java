package io.cairn.replication.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The newest operation on each key among the records that are in the log but not yet in the store.
 *
 * <p>Who steps the replica alone adds and removes. Any thread may look, here first and in the store
 * second: what is not found here is in the store, because a record is applied before it is removed.
 *
 * <p>Entries and ranges change one after the other, so a reader may see an entry without the range
 * that deleted it, or the reverse, when the other has just been removed. It does not go wrong: the
 * removal first raises {@link #storedEndOffset}, a reader looks at that last, and takes nothing
 * from below it. Whatever it then finds was in the tail, and with all that is newer than it, when
 * it looked.
 */
public final class PendingTail {

  /**
   * What the tail knows of a key.
   *
   * @param offset of the operation, which becomes the key's version
   * @param deleted whether the key is gone at that offset
   * @param modifiedMillis milliseconds since 1970 on the leader's clock
   * @param expiryMillis milliseconds since 1970, 0 for never
   * @param value slice of a record's bytes, empty when deleted
   */
  public record Entry(
      long offset, boolean deleted, long modifiedMillis, long expiryMillis, Key value) {}

  /** A range that an operation deletes; an empty end is past the last key. */
  public record DeletedRange(long offset, long modifiedMillis, Key start, Key end) {
    public boolean covers(Key key) {
      return start.compareTo(key) <= 0 && (end.length() == 0 || key.compareTo(end) < 0);
    }

    boolean covers(DeletedRange other) {
      return start.compareTo(other.start) <= 0
          && (end.length() == 0 || (other.end.length() > 0 && other.end.compareTo(end) <= 0));
    }
  }

  private static final Key NONE = Key.of(new byte[0]);

  /**
   * Hashed, because each write comes and goes here, while order is wanted by scans alone. Another
   * one takes its place when the log is cut.
   */
  private volatile ConcurrentHashMap<Key, Entry> entries = new ConcurrentHashMap<>();

  private volatile List<DeletedRange> ranges = List.of();

  /** Everything below it is in the store. */
  private volatile long storedEndOffset;

  private final ArrayDeque<LogRecord> records = new ArrayDeque<>();
  private final OperationCursor cursor = new OperationCursor();

  /** Makes a record's operations visible. Who steps the replica, in the order of the log. */
  void add(LogRecord record) {
    records.addLast(record);
    long modifiedMillis = record.timestampMillis();
    cursor.wrap(record);
    while (cursor.next()) {
      switch (cursor.kind()) {
        case PUT -> entries.put(ownKey(), entry(modifiedMillis, false));
        case DELETE -> entries.put(ownKey(), entry(modifiedMillis, true));
        case DELETE_RANGE -> addRange(modifiedMillis);
        case NO_OP -> {}
      }
    }
  }

  /**
   * With bytes of its own: the map keeps the key that it was given first for as long as the key is
   * pending, long after the record that brought it, which a slice would keep too.
   */
  private Key ownKey() {
    int from = cursor.keyPosition();
    return Key.of(Arrays.copyOfRange(cursor.array(), from, from + cursor.keyLength()));
  }

  private Key key() {
    return new Key(cursor.array(), cursor.keyPosition(), cursor.keyLength());
  }

  private Entry entry(long modifiedMillis, boolean deleted) {
    Key value =
        deleted ? NONE : new Key(cursor.array(), cursor.valuePosition(), cursor.valueLength());
    return new Entry(cursor.offset(), deleted, modifiedMillis, cursor.expiryMillis(), value);
  }

  /** Older ranges that it covers have nothing to tell any more. */
  private void addRange(long modifiedMillis) {
    Key end = new Key(cursor.array(), cursor.valuePosition(), cursor.valueLength());
    DeletedRange added = new DeletedRange(cursor.offset(), modifiedMillis, key(), end);
    List<DeletedRange> more = new ArrayList<>(ranges);
    more.removeIf(added::covers);
    more.add(added);
    ranges = Collections.unmodifiableList(more);
  }

  /** Forgets what is in the store by now. Who steps the replica. */
  void removeBelow(long appliedOffset) {
    storedEndOffset = appliedOffset;
    if (!ranges.isEmpty() && ranges.get(0).offset() < appliedOffset) {
      List<DeletedRange> fewer = new ArrayList<>(ranges);
      fewer.removeIf(range -> range.offset() < appliedOffset);
      ranges = Collections.unmodifiableList(fewer);
    }
    for (LogRecord record = records.peekFirst();
        record != null && record.endOffset() <= appliedOffset;
        record = records.peekFirst()) {
      records.removeFirst();
      removeEntries(record);
    }
  }

  private void removeEntries(LogRecord record) {
    cursor.wrap(record);
    while (cursor.next()) {
      if (cursor.kind() == Operation.Kind.PUT || cursor.kind() == Operation.Kind.DELETE) {
        Key key = key();
        Entry entry = entries.get(key);
        if (entry != null && entry.offset() == cursor.offset()) {
          entries.remove(key);
        }
      }
    }
  }

  /**
   * Forgets what is cut off from the log: what it had hidden comes to light again. A reader may
   * still find, for the moment of the cut, an entry without a range or the reverse; it is told an
   * older state of a log that was never committed. Who steps the replica.
   */
  void cut(long endOffset) {
    List<LogRecord> kept = new ArrayList<>(records);
    kept.removeIf(record -> record.endOffset() > endOffset);
    if (kept.size() == records.size()) {
      return;
    }
    records.clear();
    PendingTail rest = new PendingTail();
    kept.forEach(rest::add);
    records.addAll(kept);
    List<DeletedRange> restRanges = new ArrayList<>(rest.ranges);
    restRanges.removeIf(range -> range.offset() < storedEndOffset);
    ranges = Collections.unmodifiableList(restRanges);
    entries = rest.entries;
  }

  /**
   * The newest pending operation on a key, or null when the store knows the key's newest state. Any
   * thread.
   */
  public @Nullable Entry newestOrNull(Key key) {
    Entry entry = entries.get(key);
    List<DeletedRange> current = ranges;
    for (int i = current.size() - 1; i >= 0; i--) {
      DeletedRange range = current.get(i);
      if (entry != null && entry.offset() > range.offset()) {
        break;
      }
      if (range.covers(key)) {
        entry = new Entry(range.offset(), true, range.modifiedMillis(), 0, NONE);
        break;
      }
    }
    return entry == null || entry.offset() < storedEndOffset ? null : entry;
  }

  /**
   * The pending entries of this moment in the order of their keys, for a scan: a copy, sorted when
   * asked for. Ask for {@link #deletedRanges} next, for the store's snapshot last, and take nothing
   * from here that is below the snapshot's applied offset. Any thread.
   */
  public ConcurrentNavigableMap<Key, Entry> entries() {
    return new ConcurrentSkipListMap<>(entries);
  }

  /**
   * The pending range deletes, oldest first; an immutable list. Read it after {@link #entries}. Any
   * thread.
   */
  public List<DeletedRange> deletedRanges() {
    return ranges;
  }
}
