package io.cairn.replication.journal;

import org.jspecify.annotations.Nullable;

/**
 * What a log holds from one cut to the next. A cut changes nothing in it: the log goes on with
 * contents of its own, and these, which a reader may be in the middle of, stay as they were and
 * lead there. So what a reader puts together is never of two different logs.
 *
 * <p>The log thread sets what is here, any thread reads it.
 */
final class LogContents {
  /** A cut below every reader. */
  static final long RESET = -1;

  private final long cutOffset;
  private volatile SegmentList segments;
  private volatile long endOffset;
  private volatile @Nullable LogContents next;

  /** After a cut, or of a log that was opened: all segments are sealed. */
  LogContents(long cutOffset, SegmentList segments) {
    this.cutOffset = cutOffset;
    this.segments = segments;
    this.endOffset = segments.sealedEndOffset();
  }

  /** Readers that stood above it when the log was cut have lost their place. */
  long cutOffset() {
    return cutOffset;
  }

  SegmentList segments() {
    return segments;
  }

  void segments(SegmentList newSegments) {
    segments = newSegments;
  }

  long startOffset() {
    return segments.start().offset();
  }

  /** All records below it can be found. */
  long endOffset() {
    return endOffset;
  }

  void endOffset(long newEndOffset) {
    endOffset = newEndOffset;
  }

  /** What the log held after the next cut, null when there was none. */
  @Nullable LogContents nextOrNull() {
    return next;
  }

  void next(LogContents after) {
    next = after;
  }
}
