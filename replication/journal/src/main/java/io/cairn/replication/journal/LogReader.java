package io.cairn.replication.journal;

import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.ReplicaLog;
import io.cairn.replication.core.ReplicaLog.LogCorruptedException;
import io.cairn.replication.core.ReplicaLog.LogFailedException;
import io.cairn.replication.core.ReplicaLog.OffsetOutOfRangeException;
import io.cairn.replication.journal.SegmentInfo.Seal;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads from memory what is recent, and from the segments' files what is not. */
final class LogReader implements ReplicaLog.Reader {
  private final ChronicleLog log;
  private final RecentRecords recent;

  private long nextOffset;
  private int lastCrc;
  private boolean begun;

  private @Nullable FileWindow window;
  private @Nullable SegmentCursor cursor;
  private @Nullable Segment segment;

  LogReader(ChronicleLog log, RecentRecords recent, long fromOffset) {
    this.log = log;
    this.recent = recent;
    this.nextOffset = fromOffset;
  }

  @Override
  public @Nullable LogRecord nextOrNull() {
    log.checkUsable();
    long end = log.endOffset();
    if (nextOffset == end) {
      return null;
    }
    if (nextOffset > end) {
      throw cutOff();
    }
    LogRecord record = recent.findOrNull(nextOffset);
    if (record == null) {
      record = readFile();
    }
    if (begun && (record.baseOffset() != nextOffset || record.previousCrc() != lastCrc)) {
      throw cutOff();
    }
    begun = true;
    nextOffset = record.endOffset();
    lastCrc = record.crc();
    return record;
  }

  private OffsetOutOfRangeException cutOff() {
    return new OffsetOutOfRangeException(
        "the log was cut or trimmed under its reader, which stood at offset " + nextOffset);
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
      if (nextOffset < log.startOffset()) {
        throw cutOff();
      }
      throw new LogCorruptedException("a segment's file is gone: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new LogFailedException("reading the log at offset " + nextOffset + " failed: " + e, e);
    }
  }

  private LogRecord nextFrom(SegmentCursor at) throws IOException {
    LogRecord record = at.nextOrNull();
    if (record == null) {
      Segment damaged = segmentOf();
      throw new LogCorruptedException(
          "segment "
              + damaged.info().name()
              + " is damaged at position "
              + at.endPosition()
              + " of "
              + damaged.file()
              + ": the record of offset "
              + at.nextOffset()
              + " is not readable");
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
    Seal seal = wanted.info().sealOrNull();
    at.limit(seal == null ? wanted.index().endPosition() : seal.endPosition());
    return at;
  }

  private Segment holderOf(long offset) {
    List<Segment> segments = log.segments();
    for (int i = segments.size() - 1; i >= 0; i--) {
      if (segments.get(i).baseOffset() <= offset) {
        return segments.get(i);
      }
    }
    throw cutOff();
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
