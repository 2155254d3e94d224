package io.cairn.node.service;

import com.google.protobuf.ByteString;
import io.cairn.node.shard.Shard;
import io.cairn.replication.core.Key;
import io.cairn.replication.core.PendingTail;
import io.cairn.storage.ScanRange;
import io.cairn.v1.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * What was pending on one shard, in the range of a scan, in the scan's order. A copy, because a
 * scan may stay open for long and each slice of a record would keep the whole record in memory; so
 * what it holds can also be charged to the scan's share of the budget, byte by byte.
 */
final class TailCopy {
  /** What an operation takes besides its key and value, about. */
  private static final int OPERATION_BYTES = 128;

  /**
   * A pending operation on a key.
   *
   * @param value null when it deletes the key
   */
  record Pending(byte[] key, long offset, @Nullable Value value) {}

  private final List<Pending> entries = new ArrayList<>();
  private final List<PendingTail.DeletedRange> ranges = new ArrayList<>();
  private final Share share;

  private TailCopy(Share share) {
    this.share = share;
  }

  /** Null when the share cannot take it all. */
  static @Nullable TailCopy takeOrNull(Shard shard, ScanRange range, Share share) {
    TailCopy copy = new TailCopy(share);
    return copy.takeEntries(shard, range) && copy.takeRanges(shard) ? copy : null;
  }

  private boolean takeEntries(Shard shard, ScanRange range) {
    ConcurrentNavigableMap<Key, PendingTail.Entry> tail = shard.pendingTail().entries();
    tail = tail.tailMap(Key.of(range.start()), true);
    if (range.end().length > 0) {
      tail = tail.headMap(Key.of(range.end()), false);
    }
    if (range.reverse()) {
      tail = tail.descendingMap();
    }
    for (Map.Entry<Key, PendingTail.Entry> pending : tail.entrySet()) {
      PendingTail.Entry entry = pending.getValue();
      int valueBytes = range.keysOnly() ? 0 : entry.value().length();
      if (!share.tryGrow(OPERATION_BYTES + (long) pending.getKey().length() + valueBytes)) {
        return false;
      }
      Value value = entry.deleted() ? null : copyOf(entry, valueBytes);
      entries.add(new Pending(pending.getKey().toByteArray(), entry.offset(), value));
    }
    return true;
  }

  private static Value copyOf(PendingTail.Entry entry, int valueBytes) {
    Key value = entry.value();
    return Value.newBuilder()
        .setData(ByteString.copyFrom(value.array(), value.position(), valueBytes))
        .setVersion(entry.offset())
        .setModifiedMillis(entry.modifiedMillis())
        .build();
  }

  private boolean takeRanges(Shard shard) {
    for (PendingTail.DeletedRange range : shard.pendingTail().deletedRanges()) {
      if (!share.tryGrow(OPERATION_BYTES + (long) range.start().length() + range.end().length())) {
        return false;
      }
      ranges.add(
          new PendingTail.DeletedRange(
              range.offset(),
              range.modifiedMillis(),
              Key.of(range.start().toByteArray()),
              Key.of(range.end().toByteArray())));
    }
    return true;
  }

  /** Forgets what lies below the applied offset of a snapshot that was taken afterwards. */
  void forgetBelow(long appliedOffset) {
    entries.removeIf(
        pending -> pending.offset() < appliedOffset || isDeleted(pending.key(), pending.offset()));
    ranges.removeIf(range -> range.offset() < appliedOffset);
  }

  /** In the scan's order. */
  Deque<Pending> entries() {
    return new ArrayDeque<>(entries);
  }

  /** Whether a range delete behind this offset covers the key. */
  boolean isDeleted(byte[] key, long offset) {
    for (PendingTail.DeletedRange range : ranges) {
      if (range.offset() > offset && range.covers(Key.of(key))) {
        return true;
      }
    }
    return false;
  }
}
