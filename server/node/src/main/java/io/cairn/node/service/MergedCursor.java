package io.cairn.node.service;

import io.cairn.v1.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks over several shards in key order; no key is in two of them. Like them it reads nothing
 * before the first step. One thread at a time.
 */
final class MergedCursor implements AutoCloseable {
  private final boolean reverse;
  private final List<ShardCursor> all;

  /** Those that stand on an entry. */
  private final List<ShardCursor> live = new ArrayList<>();

  private boolean started;
  private @Nullable ShardCursor current;

  /** Takes over the cursors, none of which has been stepped yet. */
  MergedCursor(List<ShardCursor> cursors, boolean reverse) {
    all = cursors;
    this.reverse = reverse;
  }

  /** Steps to the next entry; false at the end. */
  boolean next() {
    if (!started) {
      started = true;
      for (ShardCursor cursor : all) {
        if (cursor.next()) {
          live.add(cursor);
        }
      }
    } else if (current != null && !current.next()) {
      live.remove(current);
    }
    current = null;
    for (ShardCursor cursor : live) {
      if (current == null || isBefore(cursor, current)) {
        current = cursor;
      }
    }
    return current != null;
  }

  private boolean isBefore(ShardCursor a, ShardCursor b) {
    int order = Arrays.compareUnsigned(a.key(), b.key());
    return reverse ? order > 0 : order < 0;
  }

  byte[] key() {
    return entry().key();
  }

  Value value() {
    return entry().value();
  }

  private ShardCursor entry() {
    if (current == null) {
      throw new IllegalStateException("the cursor stands on no entry");
    }
    return current;
  }

  @Override
  public void close() {
    all.forEach(ShardCursor::close);
  }
}
