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
 * ring positions: no allocation for an operation. What it costs is cache misses, so the writes that
 * a client sends one after the other lie side by side in the table, and a slot has enough of the
 * hash to tell most others apart without a look into the ring.
 */
final class RetryWindow {
  private static final long FREE = -1;

  /** Consecutive writes of a client that share a stretch of the table, a cache line. */
  private static final int STRETCH_BITS = 3;

  private final int capacity;
  private final long[] clientIds;
  private final long[] sequences;

  /** Hashes in the upper half, ring positions in the lower. */
  private final long[] table;

  private int startPosition;
  private long startOffset;
  private long endOffset;

  /** Empty, at an offset. */
  RetryWindow(int operations, long offset) {
    capacity = operations;
    clientIds = new long[operations];
    sequences = new long[operations];
    table = new long[Math.max(2, Integer.highestOneBit(Math.multiplyExact(4, operations) - 1))];
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
    int hash = hash(clientId, sequence);
    for (int slot = hash & mask; table[slot] != FREE; slot = slot + 1 & mask) {
      if (hashAt(slot) == hash) {
        int position = positionAt(slot);
        if (clientIds[position] == clientId && sequences[position] == sequence) {
          int after = position - startPosition;
          return startOffset + (after < 0 ? after + capacity : after);
        }
      }
    }
    return -1;
  }

  private void insert(int position) {
    int mask = table.length - 1;
    int hash = hash(clientIds[position], sequences[position]);
    int slot = hash & mask;
    while (table[slot] != FREE) {
      if (hashAt(slot) == hash) {
        int other = positionAt(slot);
        if (clientIds[other] == clientIds[position] && sequences[other] == sequences[position]) {
          clientIds[other] = Operation.NO_CLIENT;
          break;
        }
      }
      slot = slot + 1 & mask;
    }
    table[slot] = (long) hash << Integer.SIZE | position;
  }

  private void removeFirst() {
    if (clientIds[startPosition] != Operation.NO_CLIENT) {
      removeFromTable(startPosition);
    }
    startOffset++;
    startPosition = startPosition + 1 == capacity ? 0 : startPosition + 1;
  }

  /** Closes the gap, so that every remaining entry is still reached from its home slot. */
  private void removeFromTable(int position) {
    int mask = table.length - 1;
    int gap = hash(clientIds[position], sequences[position]) & mask;
    while (positionAt(gap) != position) {
      gap = gap + 1 & mask;
    }
    for (int slot = gap + 1 & mask; table[slot] != FREE; slot = slot + 1 & mask) {
      int home = hashAt(slot) & mask;
      if ((slot - home & mask) >= (slot - gap & mask)) {
        table[gap] = table[slot];
        gap = slot;
      }
    }
    table[gap] = FREE;
  }

  /** Of an offset of the window, or of its end while there is room. */
  private int position(long offset) {
    long position = startPosition + (offset - startOffset);
    return (int) (position < capacity ? position : position - capacity);
  }

  private int positionAt(int slot) {
    return (int) table[slot];
  }

  private int hashAt(int slot) {
    return (int) (table[slot] >>> Integer.SIZE);
  }

  /** Its lower bits are the home slot: a stretch, and a place in it that follows the sequence. */
  private static int hash(long clientId, long sequence) {
    long stretch =
        (clientId ^ (sequence >>> STRETCH_BITS) * 0x9E3779B97F4A7C15L) * 0xD6E8FEB86659FD93L;
    long place = sequence + (stretch >>> 28) & (1 << STRETCH_BITS) - 1;
    return (int) (stretch >>> 32) << STRETCH_BITS | (int) place;
  }
}
