package io.cairn.replication.journal;

import io.cairn.replication.core.CorruptRecordException;
import io.cairn.replication.core.LogRecord;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Walks over a segment's file and gives the records that continue one another, whatever else the
 * file holds.
 *
 * <p>Nothing of the library's own structure has to be intact. Where it leads to no record, the file
 * is searched for the record that comes next; so a lost index page costs no record. A record is
 * taken for one only if its bytes match its CRC32C, its epoch is the segment's, and its offset and
 * previous CRC continue the record before it.
 */
final class SegmentCursor {
  /** First four bytes of a record: magic, format version, and either type. */
  private static final int DATA_START = LogRecord.MAGIC | LogRecord.FORMAT_VERSION << 16 | 1 << 24;

  private static final int EPOCH_START = LogRecord.MAGIC | LogRecord.FORMAT_VERSION << 16 | 2 << 24;
  private static final int RECORD_LENGTH_POSITION = 4;

  private final FileWindow window;
  private final SegmentInfo segment;
  private long limit;

  private long position;
  private long nextOffset;
  private int lastCrc;

  private long recordPosition;
  private long endPosition;
  private long durableMark;
  private int recordsBeyond;

  /**
   * @param limit where the file ends, or as far as it is to be believed
   */
  SegmentCursor(FileWindow window, SegmentInfo segment, long limit) {
    this(window, segment, limit, 0, segment.baseOffset(), segment.previousCrc());
  }

  /** Begins in the middle, behind the record before {@code nextOffset}. */
  SegmentCursor(
      FileWindow window,
      SegmentInfo segment,
      long limit,
      long position,
      long nextOffset,
      int lastCrc) {
    this.window = window;
    this.segment = segment;
    this.limit = limit;
    this.position = position;
    this.endPosition = position;
    this.nextOffset = nextOffset;
    this.lastCrc = lastCrc;
  }

  void limit(long newLimit) {
    limit = newLimit;
  }

  /** Offset after the last record given. */
  long nextOffset() {
    return nextOffset;
  }

  /** CRC of the last record given. */
  int lastCrc() {
    return lastCrc;
  }

  /** Where the entry of the last record given begins. */
  long recordPosition() {
    return recordPosition;
  }

  /** Where the entry of the last record given ends. */
  long endPosition() {
    return endPosition;
  }

  /**
   * The largest durable end that any intact entry seen so far bears witness to, 0 when none; after
   * the last record this includes entries behind damage.
   */
  long durableMark() {
    return durableMark;
  }

  /** Intact records behind the damage at which the walk ended. */
  int recordsBeyond() {
    return recordsBeyond;
  }

  /** Whether behind the last record something begins that is neither a record nor the library's. */
  boolean isTorn() throws IOException {
    for (long at = endPosition; at + Entry.HEADER_WORD_BYTES <= limit; ) {
      int headerWord = window.intAt(at);
      if (!Entry.isComplete(headerWord) || !Entry.isMetadata(headerWord)) {
        return headerWord != 0 || window.longAt(at + Entry.OVERHEAD_BYTES) != 0;
      }
      at = Entry.end(at, headerWord & Entry.LENGTH_MASK);
    }
    return false;
  }

  /** The next record, or null when none continues the last one. */
  @Nullable LogRecord nextOrNull() throws IOException {
    LogRecord record = followOrNull();
    if (record == null) {
      // The window may show bytes from before the record was written.
      window.forget();
      record = followOrNull();
    }
    return record == null ? searchOrNull() : record;
  }

  /** Follows the library's headers to the next record. */
  private @Nullable LogRecord followOrNull() throws IOException {
    long at = position;
    while (at + Entry.HEADER_WORD_BYTES <= limit) {
      int headerWord = window.intAt(at);
      int payload = headerWord & Entry.LENGTH_MASK;
      if (!Entry.isComplete(headerWord) || Entry.end(at, payload) > limit) {
        return null;
      }
      if (!Entry.isMetadata(headerWord)) {
        LogRecord record = intactOrNull(at, payload - Entry.PREFIX_BYTES);
        return record != null && continues(record) ? take(record, at) : null;
      }
      at = Entry.end(at, payload);
    }
    return null;
  }

  /** Looks for the next record at every place behind the last one. */
  private @Nullable LogRecord searchOrNull() throws IOException {
    long last = limit - Entry.OVERHEAD_BYTES - LogRecord.HEADER_BYTES;
    for (long at = endPosition; at <= last; at += 4) {
      if (window.longAt(at + Entry.OVERHEAD_BYTES) == 0) {
        // Most of a file that was filled ahead is zeros: no record begins here, nor at the next
        // place.
        at += 4;
        continue;
      }
      int start = window.intAt(at + Entry.OVERHEAD_BYTES);
      if (start != DATA_START && start != EPOCH_START) {
        continue;
      }
      LogRecord record =
          intactOrNull(at, window.intAt(at + Entry.OVERHEAD_BYTES + RECORD_LENGTH_POSITION));
      if (record == null || record.epoch() != segment.epoch() || !isMarked(at, record)) {
        continue;
      }
      if (continues(record)) {
        return take(record, at);
      }
      if (record.baseOffset() >= nextOffset) {
        recordsBeyond++;
        durableMark = Math.max(durableMark, mark(at));
      }
    }
    return null;
  }

  private boolean continues(LogRecord record) {
    return record.epoch() == segment.epoch()
        && record.baseOffset() == nextOffset
        && record.previousCrc() == lastCrc;
  }

  private LogRecord take(LogRecord record, long at) throws IOException {
    if (isMarked(at, record)) {
      durableMark = Math.max(durableMark, mark(at));
    }
    recordPosition = at;
    position = Entry.end(at, Entry.PREFIX_BYTES + record.lengthBytes());
    endPosition = position;
    nextOffset = record.endOffset();
    lastCrc = record.crc();
    return record;
  }

  private @Nullable LogRecord intactOrNull(long at, int length) throws IOException {
    long start = at + Entry.OVERHEAD_BYTES;
    if (length < LogRecord.HEADER_BYTES || start + length > limit) {
      return null;
    }
    try {
      return LogRecord.parse(window.copy(start, length));
    } catch (CorruptRecordException e) {
      return null;
    }
  }

  private long mark(long at) throws IOException {
    return window.longAt(at + Entry.HEADER_WORD_BYTES);
  }

  private boolean isMarked(long at, LogRecord record) throws IOException {
    int check = window.intAt(at + Entry.HEADER_WORD_BYTES + Long.BYTES);
    return check == Entry.check(segment.salt(), mark(at), record.crc());
  }
}
