package io.cairn.replication.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Things that wait for an end to pass their offset, added in the order of their offsets. A ring
 * that grows: no allocation for an element.
 */
final class OffsetQueue<T> {
  private static final int FIRST_CAPACITY = 64;

  private long[] offsets = new long[FIRST_CAPACITY];
  private @Nullable Object[] items = new @Nullable Object[FIRST_CAPACITY];
  private int head;
  private int size;

  int size() {
    return size;
  }

  /** The offset must not be below the last one's. */
  void add(long offset, T item) {
    if (size == offsets.length) {
      grow();
    }
    int mask = offsets.length - 1;
    Invariant.check(
        size == 0 || offsets[head + size - 1 & mask] <= offset,
        "an offset queue is filled in order; offset, size",
        offset,
        size);
    offsets[head + size & mask] = offset;
    items[head + size & mask] = item;
    size++;
  }

  /** Whether there is a first one and its offset is below the end. */
  boolean hasBelow(long end) {
    return size > 0 && offsets[head] < end;
  }

  long firstOffset() {
    Invariant.check(size > 0, "an empty offset queue has no first offset");
    return offsets[head];
  }

  @SuppressWarnings("unchecked") // only add() fills the items
  T removeFirst() {
    T item = (T) Invariant.checkPresent(items[head], "an empty offset queue has no first item");
    items[head] = null;
    head = head + 1 & offsets.length - 1;
    size--;
    return item;
  }

  /** Takes away the last one when its offset is at or beyond the end; null when it is not. */
  @SuppressWarnings("unchecked") // only add() fills the items
  @Nullable T removeLastFrom(long end) {
    int last = head + size - 1 & offsets.length - 1;
    if (size == 0 || offsets[last] < end) {
      return null;
    }
    T item = (T) items[last];
    items[last] = null;
    size--;
    return item;
  }

  /** In their order. */
  @SuppressWarnings("unchecked") // only add() fills the items
  List<T> toList() {
    List<T> list = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      list.add((T) Invariant.checkPresent(items[head + i & offsets.length - 1], "an item"));
    }
    return list;
  }

  private void grow() {
    int capacity = offsets.length;
    long[] oldOffsets = offsets;
    @Nullable Object[] oldItems = items;
    offsets = Arrays.copyOfRange(oldOffsets, head, head + 2 * capacity);
    items = Arrays.copyOfRange(oldItems, head, head + 2 * capacity);
    System.arraycopy(oldOffsets, 0, offsets, capacity - head, head);
    System.arraycopy(oldItems, 0, items, capacity - head, head);
    head = 0;
  }
}
