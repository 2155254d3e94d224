package io.cairn.replication.core;

/**
 * The reading of a replica's own log after a start: that the records follow each other, begin early
 * enough and reach to the end.
 */
final class Recovery {
  private final Start start;

  /** The first record decides where recovery begins. */
  private boolean begun;

  private long endOffset;
  private long epoch;
  private int lastRecordCrc;

  Recovery(Start start) {
    this.start = start;
  }

  /**
   * Where to begin: at the record that holds this offset, so that the store gets what it lacks and
   * the window is filled.
   */
  long fromOffset(long retryWindowOperations) {
    long windowStart = start.logEndOffset() - retryWindowOperations;
    return Math.max(start.logStartOffset(), Math.min(start.appliedOffset(), windowStart));
  }

  boolean begun() {
    return begun;
  }

  void take(LogRecord record) {
    if (!begun) {
      begin(record);
    }
    Invariant.check(
        record.baseOffset() == endOffset,
        "recovered records follow each other; base offset, end so far",
        record.baseOffset(),
        endOffset);
    Invariant.check(
        record.previousCrc() == lastRecordCrc,
        "recovered records are chained; previous CRC, CRC of the record before",
        record.previousCrc(),
        lastRecordCrc);
    Invariant.check(
        record.epoch() >= epoch && record.epoch() <= start.lastEpoch(),
        "I7: epochs never fall along the log; epoch, last epoch of the log",
        record.epoch(),
        start.lastEpoch());
    endOffset = record.endOffset();
    epoch = record.epoch();
    lastRecordCrc = record.crc();
  }

  private void begin(LogRecord first) {
    Invariant.check(
        start.logStartOffset() <= first.baseOffset() && first.baseOffset() <= start.appliedOffset(),
        "I9: recovery begins at or before the applied offset; base offset, applied offset",
        first.baseOffset(),
        start.appliedOffset());
    begun = true;
    endOffset = first.baseOffset();
    lastRecordCrc = first.previousCrc();
  }

  /** Whether the store lacks something of the record. */
  boolean isNewToStore(LogRecord record) {
    return record.endOffset() > start.appliedOffset();
  }

  /** Whether it is certain that nothing can take the record away any more. */
  boolean isCommitted(LogRecord record) {
    return record.endOffset() <= start.highWatermark();
  }

  void checkWhole() {
    Invariant.check(
        begun
            ? endOffset == start.logEndOffset() && lastRecordCrc == start.lastRecordCrc()
            : start.appliedOffset() == start.logEndOffset(),
        "I9: the whole log is recovered before a replica leads; recovered end, log end",
        endOffset,
        start.logEndOffset());
  }
}
