package io.cairn.node.service;

import io.cairn.storage.StoreCursor;
import io.cairn.v1.Value;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Walks over one shard in key order: a snapshot of the store, and over it, for an EVENTUAL scan,
 * what was pending when the scan began. Reads nothing before the first step, so that whoever made
 * it can close it whatever fails. One thread at a time.
 */
final class ShardCursor implements AutoCloseable {
  private final boolean reverse;
  private final StoreCursor stored;
  private final @Nullable TailCopy tail;
  private final Deque<TailCopy.Pending> pending;
  private boolean started;
  private boolean storedAtRecord;
  private byte[] key = new byte[0];
  private @Nullable Value value;

  /**
   * @param tail null to show what is in the store alone; else taken before the snapshot was: what
   *     left the tail in between is in the snapshot, and is told apart by its offset
   */
  ShardCursor(boolean reverse, StoreCursor stored, @Nullable TailCopy tail) {
    this.reverse = reverse;
    this.stored = stored;
    this.tail = tail;
    if (tail == null) {
      pending = new ArrayDeque<>();
    } else {
      tail.forgetBelow(stored.appliedOffset());
      pending = tail.entries();
    }
  }

  /** Steps to the next entry; false at the end. */
  boolean next() {
    if (!started) {
      started = true;
      storedAtRecord = stored.next();
    }
    while (true) {
      TailCopy.Pending newer = pending.peekFirst();
      if (newer == null && !storedAtRecord) {
        return false;
      }
      int order = newer == null ? 1 : storedAtRecord ? compare(newer.key(), stored.key()) : -1;
      if (order <= 0 && newer != null) {
        pending.removeFirst();
        if (order == 0) {
          storedAtRecord = stored.next();
        }
        value = newer.value();
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
    boolean deleted = tail != null && tail.isDeleted(key, Long.MIN_VALUE);
    value = deleted ? null : Lookup.value(stored.record());
    storedAtRecord = stored.next();
    return !deleted;
  }

  private int compare(byte[] a, byte[] b) {
    int order = Arrays.compareUnsigned(a, b);
    return reverse ? -order : order;
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
