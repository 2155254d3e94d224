package io.cairn.replication.journal;

import io.cairn.replication.core.Invariant;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.LogSpace;
import io.cairn.replication.core.ReplicaLog;
import io.cairn.replication.journal.SegmentInfo.Seal;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A replica's log in a directory of segments, each a Chronicle Queue of one file.
 *
 * <p>Threads are as in {@link ReplicaLog}; the log thread must never be interrupted, because an
 * interrupt closes the file that a force is about. Every failure is final: the log refuses whatever
 * comes after it, and no force is ever repeated.
 *
 * <p>Only the segments that the manifest names exist, and only the last may be open to appends, by
 * the process that made it. See docs/log-format.md.
 */
public final class ChronicleLog implements ReplicaLog {
  static final String PREPARED_PREFIX = "next-";
  private static final Logger LOG = LoggerFactory.getLogger(ChronicleLog.class);

  private final Path directory;
  private final JournalOptions options;
  private final Disk disk;
  private final Housekeeper housekeeper;
  private final DurableMark durableMark;
  private final RecentRecords recent;
  private final SecureRandom random = new SecureRandom();
  private final LogFailure failure;
  private volatile boolean closed;

  private volatile LogContents contents;
  private volatile long durableEndOffset;
  private volatile long lastEpoch;
  private volatile int lastCrc;

  /** What may be done with files when the manifest does not speak of them any more. */
  private final List<Housekeeper.Chore> onceWritten = new ArrayList<>();

  /** What is appended to; its {@link Segment} is the last one. */
  private @Nullable ActiveSegment active;

  private ChronicleLog(Path directory, JournalOptions options, Disk disk, Manifest manifest)
      throws IOException {
    this.directory = directory;
    this.options = options;
    this.disk = disk;
    recent = new RecentRecords(options.recentBytes());
    failure = new LogFailure(directory);
    SegmentList segments = SegmentList.of(directory, manifest);
    contents = new LogContents(LogContents.RESET, segments);
    durableEndOffset = contents.endOffset();
    lastEpoch = segments.lastEpoch();
    lastCrc = segments.sealedLastCrc();
    durableMark = DurableMark.create(directory, disk);
    housekeeper = new Housekeeper(directory, options, disk, failure);
  }

  /**
   * Opens the log in a directory, which is made when it does not exist. All records that it finds
   * are on disk when this returns.
   *
   * @throws LogCorruptedException when records that had been on disk are damaged or gone
   * @throws LogFailedException when the disk fails, is full, or holds a log in an unknown format
   * @throws IllegalStateException when the JVM keeps the library from what it needs
   */
  public static ChronicleLog open(Path directory, JournalOptions options) {
    return open(directory, options, Disk.SYSTEM);
  }

  static ChronicleLog open(Path directory, JournalOptions options, Disk disk) {
    ChronicleSetup.ensure();
    try {
      Manifest manifest = new LogRecovery(directory, disk).recover();
      Directories.warnOfCopyOnWrite(directory);
      ChronicleLog log = new ChronicleLog(directory, options, disk, manifest);
      ChronicleSetup.add(log.failure);
      log.housekeeper.start();
      return log;
    } catch (IOException e) {
      throw new LogFailedException("the log in " + directory + " cannot be opened: " + e, e);
    }
  }

  @Override
  public long startOffset() {
    return contents.startOffset();
  }

  @Override
  public long endOffset() {
    return contents.endOffset();
  }

  @Override
  public long durableEndOffset() {
    return durableEndOffset;
  }

  @Override
  public int lastRecordCrc() {
    return lastCrc;
  }

  @Override
  public long lastEpoch() {
    return lastEpoch;
  }

  @Override
  public List<EpochStart> epochHistory() {
    LogContents now = contents;
    long end = now.endOffset();
    return now.segments().epochHistory(end);
  }

  @Override
  public void append(LogRecord record) {
    checkUsable();
    LogContents now = contents;
    long end = now.endOffset();
    Invariant.check(record.baseOffset() == end, "offset", record.baseOffset(), end);
    Invariant.check(record.previousCrc() == lastCrc, "previous CRC", record.previousCrc(), lastCrc);
    Invariant.check(
        record.epoch() >= Math.max(1, lastEpoch),
        "I7: epochs never fall along the log; epoch, last epoch",
        record.epoch(),
        lastEpoch);
    int bytes = record.lengthBytes();
    Invariant.check(
        bytes <= options.maxRecordBytes(), "record size", bytes, options.maxRecordBytes());
    ChronicleSetup.enter(failure);
    try {
      ActiveSegment target = segmentFor(record);
      long position = target.append(record, durableEndOffset);
      PositionIndex index = now.segments().last().index();
      index.maybeAdd(record.baseOffset(), position, record.previousCrc());
      index.endPosition(target.position());
      housekeeper.appended(target.position());
    } catch (Invariant.Violation e) {
      failure.fail("append of " + record + ": " + e.getMessage(), e);
      throw e;
    } catch (Throwable e) {
      throw failure.become("append of " + record + " failed: " + e, e);
    } finally {
      ChronicleSetup.enter(null);
    }
    checkUsable();
    recent.add(record);
    lastCrc = record.crc();
    lastEpoch = record.epoch();
    now.endOffset(record.endOffset());
  }

  /** The segment that is open, or a new one when there is none, or the record does not go there. */
  private ActiveSegment segmentFor(LogRecord record) throws IOException {
    ActiveSegment open = active;
    if (open != null
        && open.fits(record.lengthBytes())
        && contents.segments().last().info().epoch() == record.epoch()) {
      return open;
    }
    sealActive();
    return startSegment(record.epoch());
  }

  /** Forces and seals the active segment; the manifest is still to be written. */
  private void sealActive() throws IOException {
    ActiveSegment segment = active;
    if (segment == null) {
      return;
    }
    forceActive();
    active = null;
    housekeeper.active(null);
    SegmentList segments = contents.segments();
    Segment last = segments.last();
    // It is not empty: a segment is begun for a record, and no failure in between is survived.
    Seal seal = new Seal(endOffset(), segment.position(), lastCrc);
    contents.segments(segments.withLastSealed(seal));
    onceWritten.add(() -> Directories.shrink(last.file(), seal.endPosition()));
    segment.close();
  }

  /** Begins a segment at the log's end and writes the manifest. */
  private ActiveSegment startSegment(long epoch) throws IOException {
    SegmentList segments = contents.segments();
    SegmentInfo info =
        new SegmentInfo(
            segments.nextNumber(), epoch, endOffset(), lastCrc, random.nextLong(), null);
    ActiveSegment next = housekeeper.takeSegment();
    try {
      next.activate(Segment.directory(directory, info), info.salt());
    } catch (Throwable e) {
      next.close();
      throw e;
    }
    PositionIndex index = new PositionIndex(options.segmentBytes());
    contents.segments(segments.withNext(new Segment(info, next.directory(), index)));
    active = next;
    housekeeper.active(next);
    writeManifest();
    return next;
  }

  private void writeManifest() throws IOException {
    ManifestFile.write(directory, contents.segments().manifest(), disk);
    onceWritten.forEach(housekeeper::later);
    onceWritten.clear();
  }

  @Override
  public void force() {
    checkUsable();
    if (durableEndOffset < endOffset()) {
      failure.guard(this::forceActive);
    }
  }

  private void forceActive() throws IOException {
    ActiveSegment segment = active;
    long end = endOffset();
    if (segment == null || durableEndOffset == end) {
      return;
    }
    segment.force();
    checkUsable();
    durableEndOffset = end;
    durableMark.write(contents.segments().last().info().number(), end);
  }

  @Override
  public void truncate(long newEndOffset) {
    checkUsable();
    if (newEndOffset < startOffset() || newEndOffset > endOffset()) {
      throw new IllegalArgumentException(
          "the log holds " + range() + " and cannot be cut at " + newEndOffset);
    }
    Seal cut = findCutOrNull(newEndOffset);
    failure.guard(
        () -> {
          sealActive();
          goOnWith(newEndOffset, contents.segments().cut(newEndOffset, cut));
        });
  }

  @Override
  public void reset(long newStartOffset, int previousCrc, long previousEpoch) {
    checkUsable();
    LogStart start = new LogStart(newStartOffset, previousCrc, previousEpoch);
    start.check();
    failure.guard(
        () -> {
          sealActive();
          goOnWith(LogContents.RESET, contents.segments().reset(start));
        });
  }

  /**
   * Takes up what a cut leaves, all of it sealed. Readers are told before any file is deleted, and
   * so before the cut is durable: should it fail, the log cannot be read any more anyway.
   */
  private void goOnWith(long cutOffset, SegmentList kept) throws IOException {
    deleteOnceWritten(contents.segments().without(kept));
    LogContents after = new LogContents(cutOffset, kept);
    recent.clear();
    lastCrc = kept.sealedLastCrc();
    lastEpoch = kept.lastEpoch();
    durableEndOffset = Math.min(durableEndOffset, after.endOffset());
    contents.next(after);
    contents = after;
    durableEndOffset = after.endOffset();
    writeManifest();
  }

  private void deleteOnceWritten(List<Segment> dropped) {
    for (Segment segment : dropped) {
      onceWritten.add(() -> Directories.delete(segment.directory()));
    }
  }

  /** The end of the record before this offset, null when none is kept. */
  private @Nullable Seal findCutOrNull(long offset) {
    Segment holder = contents.segments().holderOrNull(offset - 1);
    try {
      return holder == null ? null : holder.sealAt(offset);
    } catch (IOException | LogFailedException e) {
      throw failure.become(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public void trim(long beforeOffset) {
    checkUsable();
    failure.guard(
        () -> {
          SegmentList before = contents.segments();
          SegmentList kept = before.trim(beforeOffset, options.retentionBytes());
          if (kept.segments().size() < before.segments().size()) {
            deleteOnceWritten(before.without(kept));
            contents.segments(kept);
            writeManifest();
          }
        });
  }

  @Override
  public LogSpace space() {
    return housekeeper.space();
  }

  @Override
  public long sizeBytes() {
    long bytes = 0;
    for (Segment segment : segments()) {
      bytes += segment.info().sealOrNull() == null ? 0 : segment.endPosition();
    }
    return bytes + housekeeper.filledBytes();
  }

  @Override
  public Reader read(long fromOffset) {
    checkUsable();
    LogContents now = contents;
    if (fromOffset < now.startOffset() || fromOffset > now.endOffset()) {
      throw new OffsetOutOfRangeException(
          "offset " + fromOffset + " is not in the log, which holds " + range());
    }
    return new LogReader(this, recent, now, fromOffset);
  }

  private String range() {
    return "[" + startOffset() + ", " + endOffset() + ")";
  }

  /** The segments at this moment, oldest first. Any thread. */
  List<Segment> segments() {
    return contents.segments().segments();
  }

  /** Closes a log in order: the segment is sealed, and nothing needs to be recovered. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    try {
      if (failure.isNone()) {
        failure.guard(
            () -> {
              if (active != null) {
                sealActive();
                writeManifest();
              }
            });
      }
    } finally {
      release();
    }
  }

  @Override
  public void abandon() {
    if (!closed) {
      failure.fail("it was abandoned", null);
      release();
    }
  }

  private void release() {
    closed = true;
    ActiveSegment segment = active;
    active = null;
    housekeeper.active(null);
    if (segment != null) {
      segment.close();
    }
    housekeeper.close();
    ChronicleSetup.remove(failure);
    try {
      durableMark.close();
    } catch (IOException e) {
      LOG.warn("could not close {}: {}", directory.resolve(DurableMark.NAME), e.toString());
    }
  }

  @Override
  public void checkUsable() {
    failure.checkNone();
    if (closed) {
      throw new IllegalStateException("the log in " + directory + " is closed");
    }
  }
}
