package io.cairn.replication.journal;

import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.ReplicaLog;
import io.cairn.replication.core.ReplicaLog.LogCorruptedException;
import io.cairn.replication.core.ReplicaLog.LogFailedException;
import io.cairn.replication.core.ReplicaLog.OffsetOutOfRangeException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** Reads from memory what is recent, and from the segments' files what is not. */
final class LogReader implements ReplicaLog.Reader {
  private final ChronicleLog log;
  private final RecentRecords recent;

  /** What is read from, until a later cut is seen. */
  private LogContents contents;

  private long nextOffset;
  private int lastCrc;
  private boolean begun;

  private @Nullable FileWindow window;
  private @Nullable SegmentCursor cursor;
  private @Nullable Segment segment;

  LogReader(ChronicleLog log, RecentRecords recent, LogContents contents, long fromOffset) {
    this.log = log;
    this.recent = recent;
    this.contents = contents;
    this.nextOffset = fromOffset;
  }

  @Override
  public @Nullable LogRecord nextOrNull() {
    log.checkUsable();
    while (true) {
      followCuts();
      if (nextOffset == contents.endOffset()) {
        return null;
      }
      LogRecord record = recent.findOrNull(nextOffset);
      try {
        record = record == null ? readFile() : record;
        checkContinues(record);
      } catch (LogFailedException e) {
        if (isOvertaken()) {
          continue; // The files of what was cut or trimmed are deleted.
        }
        throw e;
      }
      if (!isOvertaken()) {
        begun = true;
        nextOffset = record.endOffset();
        lastCrc = record.crc();
        return record;
      }
    }
  }

  /** Goes to what the log holds now, if that is the same up to where this reader stands. */
  private void followCuts() {
    for (LogContents after = contents.nextOrNull(); after != null; after = contents.nextOrNull()) {
      if (nextOffset > after.cutOffset()) {
        throw lostPlace("the log was cut below");
      }
      contents = after;
    }
    if (nextOffset < contents.startOffset()) {
      throw lostPlace("the log was trimmed beyond");
    }
  }

  /** Whether what was read may not be in the log any more. */
  private boolean isOvertaken() {
    return contents.nextOrNull() != null || nextOffset < contents.startOffset();
  }

  private OffsetOutOfRangeException lostPlace(String what) {
    return new OffsetOutOfRangeException(what + " its reader, which stood at offset " + nextOffset);
  }

  private void checkContinues(LogRecord record) {
    if (begun && (record.baseOffset() != nextOffset || record.previousCrc() != lastCrc)) {
      throw new LogCorruptedException(
          "a record does not continue the one before it, which ended at offset "
              + nextOffset
              + ": "
              + record);
    }
  }

  private LogRecord readFile() {
    try {
      SegmentCursor at = cursorAt(nextOffset);
      LogRecord record = nextFrom(at);
      while (record.endOffset() <= nextOffset) {
        record = nextFrom(at);
      }
      return record;
    } catch (NoSuchFileException e) {
      throw new LogCorruptedException("a segment's file is gone: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new LogFailedException("reading the log at offset " + nextOffset + " failed: " + e, e);
    }
  }

  private LogRecord nextFrom(SegmentCursor at) throws IOException {
    LogRecord record = at.nextOrNull();
    if (record == null) {
      throw segmentOf().unreadable(at);
    }
    return record;
  }

  /** A cursor that stands at the record that holds the offset, or before it. */
  private SegmentCursor cursorAt(long offset) throws IOException {
    Segment wanted = holderOf(offset);
    SegmentCursor at = cursor;
    Segment current = segment;
    if (at == null
        || current == null
        || !current.directory().equals(wanted.directory())
        || at.nextOffset() > offset) {
      close();
      FileWindow opened = FileWindow.open(wanted.file());
      window = opened;
      at = wanted.index().cursorBefore(offset, opened, wanted.info(), 0);
      cursor = at;
    }
    segment = wanted;
    at.limit(wanted.endPosition());
    return at;
  }

  private Segment holderOf(long offset) {
    Segment holder = contents.segments().holderOrNull(offset);
    if (holder == null) {
      throw lostPlace("the log was trimmed beyond");
    }
    return holder;
  }

  private Segment segmentOf() {
    if (segment == null) {
      throw new IllegalStateException("no file is open");
    }
    return segment;
  }

  @Override
  public void close() {
    FileWindow open = window;
    window = null;
    cursor = null;
    segment = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw new LogFailedException("closing a segment's file failed: " + e, e);
      }
    }
  }
}
