package io.cairn.node.service;

import io.cairn.node.shard.Shard;
import io.cairn.replication.core.Key;
import io.cairn.replication.core.PendingTail;
import io.cairn.storage.ScanRange;
import io.cairn.storage.StoreCursor;
import io.cairn.v1.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * Walks over one shard in key order: a snapshot of the store, and over it, for an EVENTUAL scan,
 * what was pending when the scan began. One thread at a time.
 */
final class ShardCursor implements AutoCloseable {

  /** A pending operation on a key, taken out of the tail. */
  private record Pending(byte[] key, PendingTail.Entry entry) {}

  private final boolean reverse;
  private final StoreCursor stored;
  private final Deque<Pending> pending;
  private final List<PendingTail.DeletedRange> deletedRanges;
  private boolean storedAtRecord;
  private byte[] key = new byte[0];
  private @Nullable Value value;

  private ShardCursor(
      boolean reverse,
      StoreCursor stored,
      Deque<Pending> pending,
      List<PendingTail.DeletedRange> deletedRanges) {
    this.reverse = reverse;
    this.stored = stored;
    this.pending = pending;
    this.deletedRanges = deletedRanges;
    storedAtRecord = stored.next();
  }

  static ShardCursor overStore(Shard shard, ScanRange range) {
    return new ShardCursor(
        range.reverse(), shard.store().scan(range), new ArrayDeque<>(), List.of());
  }

  /**
   * The tail is read before the snapshot is taken: what leaves the tail in between is in the
   * snapshot, and is told apart by its offset.
   */
  static ShardCursor overTailAndStore(Shard shard, ScanRange range) {
    List<Pending> entries = new ArrayList<>();
    ConcurrentNavigableMap<Key, PendingTail.Entry> tail = shard.pendingTail().entries();
    tail = tail.tailMap(Key.of(range.start()), true);
    if (range.end().length > 0) {
      tail = tail.headMap(Key.of(range.end()), false);
    }
    if (range.reverse()) {
      tail = tail.descendingMap();
    }
    for (Map.Entry<Key, PendingTail.Entry> entry : tail.entrySet()) {
      entries.add(new Pending(entry.getKey().toByteArray(), entry.getValue()));
    }
    List<PendingTail.DeletedRange> ranges = shard.pendingTail().deletedRanges();
    StoreCursor stored = shard.store().scan(range);
    long appliedOffset = stored.appliedOffset();
    entries.removeIf(
        pending ->
            pending.entry().offset() < appliedOffset
                || isDeleted(ranges, pending.key(), pending.entry().offset()));
    return new ShardCursor(
        range.reverse(),
        stored,
        new ArrayDeque<>(entries),
        ranges.stream().filter(deleted -> deleted.offset() >= appliedOffset).toList());
  }

  /** Steps to the next entry; false at the end. */
  boolean next() {
    while (true) {
      Pending newer = pending.peekFirst();
      if (newer == null && !storedAtRecord) {
        return false;
      }
      int order = newer == null ? 1 : storedAtRecord ? compare(newer.key(), stored.key()) : -1;
      if (order <= 0 && newer != null) {
        pending.removeFirst();
        if (order == 0) {
          storedAtRecord = stored.next();
        }
        value = Lookup.valueOrNull(newer.entry());
        if (value != null) {
          key = newer.key();
          return true;
        }
      } else if (takeStored()) {
        return true;
      }
    }
  }

  private boolean takeStored() {
    key = stored.key();
    boolean deleted = isDeleted(deletedRanges, key, Long.MIN_VALUE);
    value = deleted ? null : Lookup.value(stored.record());
    storedAtRecord = stored.next();
    return !deleted;
  }

  private int compare(byte[] a, byte[] b) {
    int order = Arrays.compareUnsigned(a, b);
    return reverse ? -order : order;
  }

  private static boolean isDeleted(List<PendingTail.DeletedRange> ranges, byte[] key, long offset) {
    for (PendingTail.DeletedRange range : ranges) {
      if (range.offset() > offset && range.covers(Key.of(key))) {
        return true;
      }
    }
    return false;
  }

  byte[] key() {
    return key;
  }

  Value value() {
    return value == null ? Value.getDefaultInstance() : value;
  }

  @Override
  public void close() {
    stored.close();
  }
}
