package io.cairn.replication.core;

import java.util.Arrays;

/**
 * The identified writes among the last operations of the log, to recognise one that is sent again.
 *
 * <p>It covers the offsets [{@link #startOffset}, {@link #endOffset}), at most as many as it was
 * made for. Every identified write there is found; of what lies before, nothing is known. So a
 * write that was never sent before its client saw offset s is certainly new when s is not below the
 * start and the write is not found.
 *
 * <p>A ring with the write ids by offset, and a hash table (open addressing, at most half full) of
 * ring positions: no allocation for an operation.
 */
final class RetryWindow {
  private static final int FREE = -1;

  private final int capacity;
  private final long[] clientIds;
  private final long[] sequences;
  private final int[] table;
  private long startOffset;
  private long endOffset;

  /** Empty, at an offset. */
  RetryWindow(int operations, long offset) {
    capacity = operations;
    clientIds = new long[operations];
    sequences = new long[operations];
    table = new int[Math.max(2, Integer.highestOneBit(Math.multiplyExact(4, operations) - 1))];
    Arrays.fill(table, FREE);
    startOffset = offset;
    endOffset = offset;
  }

  /** Moves an empty window. */
  void restartAt(long offset) {
    Invariant.check(startOffset == endOffset, "only an empty retry window can be moved");
    startOffset = offset;
    endOffset = offset;
  }

  long startOffset() {
    return startOffset;
  }

  long endOffset() {
    return endOffset;
  }

  /**
   * Covers the operation at {@link #endOffset} too, and if need be no longer the one at {@link
   * #startOffset}. A write id that is there already, because a client used it twice, means the
   * newer operation from here on.
   */
  void add(long clientId, long sequence) {
    if (endOffset - startOffset == capacity) {
      removeFirst();
    }
    int position = position(endOffset);
    clientIds[position] = clientId;
    sequences[position] = sequence;
    endOffset++;
    if (clientId != Operation.NO_CLIENT) {
      insert(position);
    }
  }

  /** Covers nothing any more from this offset on: the log is cut there, and goes on differently. */
  void cut(long newEndOffset) {
    while (endOffset > newEndOffset && endOffset > startOffset) {
      endOffset--;
      int position = position(endOffset);
      if (clientIds[position] != Operation.NO_CLIENT) {
        removeFromTable(position);
      }
    }
    if (endOffset > newEndOffset) {
      restartAt(newEndOffset);
    }
  }

  /** The offset of an identified write, or -1 when it is not in the window. */
  long find(long clientId, long sequence) {
    int mask = table.length - 1;
    for (int slot = home(clientId, sequence); table[slot] != FREE; slot = slot + 1 & mask) {
      int position = table[slot];
      if (clientIds[position] == clientId && sequences[position] == sequence) {
        return startOffset + Math.floorMod(position - position(startOffset), capacity);
      }
    }
    return -1;
  }

  private void insert(int position) {
    int mask = table.length - 1;
    int slot = home(clientIds[position], sequences[position]);
    while (table[slot] != FREE) {
      int other = table[slot];
      if (clientIds[other] == clientIds[position] && sequences[other] == sequences[position]) {
        clientIds[other] = Operation.NO_CLIENT;
        break;
      }
      slot = slot + 1 & mask;
    }
    table[slot] = position;
  }

  private void removeFirst() {
    int position = position(startOffset);
    if (clientIds[position] != Operation.NO_CLIENT) {
      removeFromTable(position);
    }
    startOffset++;
  }

  /** Closes the gap, so that every remaining entry is still reached from its home slot. */
  private void removeFromTable(int position) {
    int mask = table.length - 1;
    int gap = home(clientIds[position], sequences[position]);
    while (table[gap] != position) {
      gap = gap + 1 & mask;
    }
    for (int slot = gap + 1 & mask; table[slot] != FREE; slot = slot + 1 & mask) {
      int home = home(clientIds[table[slot]], sequences[table[slot]]);
      if ((slot - home & mask) >= (slot - gap & mask)) {
        table[gap] = table[slot];
        gap = slot;
      }
    }
    table[gap] = FREE;
  }

  private int position(long offset) {
    return (int) (offset % capacity);
  }

  private int home(long clientId, long sequence) {
    long hash = (clientId ^ sequence * 0x9E3779B97F4A7C15L) * 0xD6E8FEB86659FD93L;
    return (int) (hash >>> 32) & table.length - 1;
  }
}
