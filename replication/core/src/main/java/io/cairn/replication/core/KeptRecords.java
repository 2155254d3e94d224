package io.cairn.replication.core;

/**
 * Which records the log keeps for no other reason than the retry window, so that a restart finds it
 * whole; but not more bytes of them than allowed.
 */
final class KeptRecords {
  private final long maxBytes;

  /** Lengths by the records' last offsets. */
  private final OffsetQueue<Integer> lengths = new OffsetQueue<>();

  private long startOffset;
  private long bytes;

  /** None, at an offset. */
  KeptRecords(long maxBytes, long offset) {
    this.maxBytes = maxBytes;
    startOffset = offset;
  }

  /** Moves it, before the first record. */
  void restartAt(long offset) {
    Invariant.check(lengths.size() == 0, "records are kept already; how many", lengths.size());
    startOffset = offset;
  }

  /** Keeps the next record, and lets go what lies before the window or is too much. */
  void add(LogRecord record, long windowStartOffset) {
    lengths.add(record.endOffset() - 1, record.lengthBytes());
    bytes += record.lengthBytes();
    while (bytes > maxBytes || lengths.hasBelow(windowStartOffset)) {
      startOffset = lengths.firstOffset() + 1;
      bytes -= lengths.removeFirst();
    }
  }

  /** The log is cut off at this offset. */
  void cut(long endOffset) {
    for (Integer length = lengths.removeLastFrom(endOffset);
        length != null;
        length = lengths.removeLastFrom(endOffset)) {
      bytes -= length;
    }
    startOffset = Math.min(startOffset, endOffset);
  }

  /** Everything below it may leave the log as far as the window goes. */
  long startOffset() {
    return startOffset;
  }
}
