package io.cairn.replication.journal;

/**
 * Where some of a segment's records lie, for those who begin to read in its middle. The log thread
 * adds, any thread looks.
 */
final class PositionIndex {
  private static final int STRIDE_BYTES = 1 << 20;

  private final long[] offsets;
  private final long[] positions;
  private final int[] previousCrcs;
  private volatile int count;
  private volatile long endPosition;
  private long nextPosition = STRIDE_BYTES;

  PositionIndex(long segmentBytes) {
    int size = (int) (segmentBytes / STRIDE_BYTES) + 1;
    offsets = new long[size];
    positions = new long[size];
    previousCrcs = new int[size];
  }

  /** Where the last record ends that readers may see. */
  long endPosition() {
    return endPosition;
  }

  void endPosition(long position) {
    endPosition = position;
  }

  void maybeAdd(long offset, long position, int previousCrc) {
    int at = count;
    if (position >= nextPosition && at < offsets.length) {
      offsets[at] = offset;
      positions[at] = position;
      previousCrcs[at] = previousCrc;
      nextPosition = position + STRIDE_BYTES;
      count = at + 1;
    }
  }

  /** A cursor that stands at this offset's record or somewhere before it. */
  SegmentCursor cursorBefore(long offset, FileWindow window, SegmentInfo segment, long limit) {
    int at = count - 1;
    while (at >= 0 && offsets[at] > offset) {
      at--;
    }
    return at < 0
        ? new SegmentCursor(window, segment, limit)
        : new SegmentCursor(window, segment, limit, positions[at], offsets[at], previousCrcs[at]);
  }
}
