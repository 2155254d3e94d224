package io.cairn.replication.journal;

import io.cairn.replication.core.Invariant;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.LogSpace;
import io.cairn.replication.core.ReplicaLog;
import io.cairn.replication.journal.SegmentInfo.Seal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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
  private static final Set<String> COPY_ON_WRITE = Set.of("btrfs", "zfs", "bcachefs");

  private final Path directory;
  private final JournalOptions options;
  private final Disk disk;
  private final Housekeeper housekeeper;
  private final DurableMark durableMark;
  private final RecentRecords recent;
  private final SecureRandom random = new SecureRandom();
  private final ChronicleSetup.Failable failable =
      new ChronicleSetup.Failable() {
        @Override
        public boolean isMeantBy(String text) {
          return text.contains(directory.toString());
        }

        @Override
        public void fail(String message, @Nullable Throwable cause) {
          failed(message, cause);
        }
      };

  private volatile @Nullable LogFailedException failure;
  private volatile boolean closed;

  /** All of the manifest but the segments is the log thread's. */
  private volatile List<Segment> segments;

  private volatile long startOffset;
  private volatile long endOffset;
  private volatile long durableEndOffset;
  private volatile long lastEpoch;
  private volatile int lastCrc;
  private int startCrc;
  private long epochStartOffset;

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
    List<Segment> sealed = new ArrayList<>();
    for (SegmentInfo info : manifest.segments()) {
      sealed.add(new Segment(info, Segment.directory(directory, info), new PositionIndex(0)));
    }
    segments = List.copyOf(sealed);
    startOffset = manifest.startOffset();
    startCrc = manifest.previousCrc();
    lastEpoch = manifest.lastEpoch();
    SegmentInfo last = manifest.lastOrNull();
    Seal end = last == null ? null : last.sealOrNull();
    endOffset = end == null ? startOffset : end.endOffset();
    lastCrc = end == null ? startCrc : end.lastCrc();
    durableEndOffset = endOffset;
    durableMark = DurableMark.create(directory, disk);
    housekeeper = new Housekeeper(directory, options, disk, failable);
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
      warnOfCopyOnWrite(directory);
      ChronicleLog log = new ChronicleLog(directory, options, disk, manifest);
      ChronicleSetup.add(log.failable);
      log.housekeeper.start();
      return log;
    } catch (IOException e) {
      throw new LogFailedException("the log in " + directory + " cannot be opened: " + e, e);
    }
  }

  private static void warnOfCopyOnWrite(Path directory) throws IOException {
    String type = Files.getFileStore(directory).type().toLowerCase(Locale.ROOT);
    if (COPY_ON_WRITE.contains(type)) {
      LOG.warn(
          "{} is on {}, which copies on write: room cannot be set aside there, so a full disk can"
              + " stop the node; use ext4 or xfs",
          directory,
          type);
    }
  }

  @Override
  public long startOffset() {
    return startOffset;
  }

  @Override
  public long endOffset() {
    return endOffset;
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
    List<EpochStart> history = new ArrayList<>();
    long end = endOffset;
    long newest = 0;
    for (Segment segment : segments) {
      SegmentInfo info = segment.info();
      if (info.epoch() != newest && info.baseOffset() < end) {
        newest = info.epoch();
        history.add(new EpochStart(newest, info.epochStartOffset()));
      }
    }
    return history;
  }

  @Override
  public void beginEpoch(long epoch) {
    Invariant.check(epoch > lastEpoch, "a new epoch is newer than all", epoch, lastEpoch);
    run(
        () -> {
          sealActive();
          lastEpoch = epoch;
          epochStartOffset = endOffset;
          startSegment();
        });
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
    List<Segment> changed = new ArrayList<>(segments);
    Segment last = changed.remove(changed.size() - 1);
    if (last.baseOffset() < endOffset) {
      Seal seal = new Seal(endOffset, segment.position(), lastCrc);
      changed.add(new Segment(last.info().sealed(seal), last.directory(), last.index()));
      onceWritten.add(() -> Directories.shrink(last.file(), seal.endPosition()));
    } else {
      onceWritten.add(() -> Directories.delete(last.directory()));
    }
    segments = List.copyOf(changed);
    segment.close();
  }

  /** Begins a segment at the log's end and writes the manifest. */
  private void startSegment() throws IOException {
    SegmentInfo info =
        new SegmentInfo(lastEpoch, epochStartOffset, endOffset, lastCrc, random.nextLong(), null);
    ActiveSegment next = housekeeper.takeSegment();
    try {
      next.activate(Segment.directory(directory, info), info.salt());
    } catch (Throwable e) {
      next.close();
      throw e;
    }
    List<Segment> changed = new ArrayList<>(segments);
    changed.add(new Segment(info, next.directory(), new PositionIndex(options.segmentBytes())));
    segments = List.copyOf(changed);
    active = next;
    housekeeper.active(next);
    writeManifest();
  }

  private void writeManifest() throws IOException {
    List<SegmentInfo> infos = segments.stream().map(Segment::info).toList();
    ManifestFile.write(directory, new Manifest(lastEpoch, startOffset, startCrc, infos), disk);
    onceWritten.forEach(housekeeper::later);
    onceWritten.clear();
  }

  @Override
  public void append(LogRecord record) {
    checkUsable();
    ActiveSegment segment = active;
    Invariant.check(segment != null, "an append comes after beginEpoch", record.epoch());
    Invariant.check(record.epoch() == lastEpoch, "epoch", record.epoch(), lastEpoch);
    Invariant.check(record.baseOffset() == endOffset, "offset", record.baseOffset(), endOffset);
    Invariant.check(record.previousCrc() == lastCrc, "previous CRC", record.previousCrc(), lastCrc);
    int bytes = record.lengthBytes();
    Invariant.check(
        bytes <= options.maxRecordBytes(), "record size", bytes, options.maxRecordBytes());
    ChronicleSetup.enter(failable);
    try {
      ActiveSegment target = Invariant.checkPresent(segment, "active");
      if (!target.fits(bytes)) {
        sealActive();
        startSegment();
        target = Invariant.checkPresent(active, "active");
      }
      long position = target.append(record, durableEndOffset);
      PositionIndex index = lastSegment().index();
      index.maybeAdd(record.baseOffset(), position, record.previousCrc());
      index.endPosition(target.position());
      housekeeper.appended(target.position());
    } catch (Invariant.Violation e) {
      failed("append of " + record + ": " + e.getMessage(), e);
      throw e;
    } catch (Throwable e) {
      throw failed("append of " + record + " failed: " + e, e);
    } finally {
      ChronicleSetup.enter(null);
    }
    checkUsable();
    recent.add(record);
    lastCrc = record.crc();
    endOffset = record.endOffset();
  }

  private Segment lastSegment() {
    List<Segment> all = segments;
    return all.get(all.size() - 1);
  }

  @Override
  public void force() {
    if (durableEndOffset == endOffset) {
      checkUsable();
      return;
    }
    run(this::forceActive);
  }

  private void forceActive() throws IOException {
    ActiveSegment segment = active;
    if (segment == null || durableEndOffset == endOffset) {
      return;
    }
    segment.force();
    checkUsable();
    durableEndOffset = endOffset;
    SegmentInfo info = lastSegment().info();
    durableMark.write(info.epoch(), info.baseOffset(), durableEndOffset);
  }

  @Override
  public void truncate(long newEndOffset) {
    if (newEndOffset < startOffset || newEndOffset > endOffset) {
      throw new IllegalArgumentException(
          "the log holds ["
              + startOffset
              + ", "
              + endOffset
              + ") and cannot be cut at "
              + newEndOffset);
    }
    Seal cut = findCutOrNull(newEndOffset);
    run(
        () -> {
          sealActive();
          List<Segment> kept = new ArrayList<>();
          for (Segment segment : segments) {
            if (segment.baseOffset() >= newEndOffset) {
              onceWritten.add(() -> Directories.delete(segment.directory()));
            } else {
              kept.add(segment);
            }
          }
          cutLast(kept, cut);
          segments = List.copyOf(kept);
          recent.clear();
          lastCrc = cut == null ? startCrc : cut.lastCrc();
          endOffset = newEndOffset;
          durableEndOffset = newEndOffset;
          writeManifest();
        });
  }

  private static void cutLast(List<Segment> kept, @Nullable Seal cut) {
    if (cut != null) {
      Segment last = kept.remove(kept.size() - 1);
      kept.add(new Segment(last.info().sealed(cut), last.directory(), last.index()));
    }
  }

  /** The end of the record before this offset, null when none is kept. */
  private @Nullable Seal findCutOrNull(long offset) {
    Segment holder = null;
    for (Segment segment : segments) {
      if (segment.baseOffset() < offset) {
        holder = segment;
      }
    }
    if (holder == null) {
      return null;
    }
    try (FileWindow window = FileWindow.open(holder.file())) {
      SegmentCursor cursor = new SegmentCursor(window, holder.info(), window.fileBytes());
      while (cursor.nextOffset() < offset && cursor.nextOrNull() != null) {}
      if (cursor.nextOffset() > offset) {
        throw new IllegalArgumentException("offset " + offset + " is inside a record");
      }
      if (cursor.nextOffset() < offset) {
        throw new LogCorruptedException(
            String.format(
                "segment %s is damaged at position %d of %s: the record of offset %d is not"
                    + " readable",
                holder.info().name(), cursor.endPosition(), holder.file(), cursor.nextOffset()));
      }
      return new Seal(offset, cursor.endPosition(), cursor.lastCrc());
    } catch (IOException | LogFailedException e) {
      throw failed(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public void trim(long beforeOffset) {
    run(
        () -> {
          List<Segment> kept = new ArrayList<>(segments);
          long bytes = kept.stream().mapToLong(ChronicleLog::bytesOf).sum();
          while (kept.size() > 1 && kept.get(1).baseOffset() <= beforeOffset) {
            long first = bytesOf(kept.get(0));
            if (bytes - first < options.retentionBytes()) {
              break;
            }
            bytes -= first;
            kept.remove(0);
          }
          if (kept.size() < segments.size()) {
            for (Segment dropped : segments.subList(0, segments.size() - kept.size())) {
              onceWritten.add(() -> Directories.delete(dropped.directory()));
            }
            startOffset = kept.get(0).baseOffset();
            startCrc = kept.get(0).info().previousCrc();
            segments = List.copyOf(kept);
            writeManifest();
          }
        });
  }

  /** Bytes of a file up to its last record. */
  private static long bytesOf(Segment segment) {
    Seal seal = segment.info().sealOrNull();
    return seal == null ? segment.index().endPosition() : seal.endPosition();
  }

  @Override
  public LogSpace space() {
    return housekeeper.space();
  }

  @Override
  public long sizeBytes() {
    long bytes = 0;
    for (Segment segment : segments) {
      bytes += segment.info().sealOrNull() == null ? 0 : bytesOf(segment);
    }
    return bytes + housekeeper.filledBytes();
  }

  @Override
  public Reader read(long fromOffset) {
    checkUsable();
    if (fromOffset < startOffset || fromOffset > endOffset) {
      throw new OffsetOutOfRangeException(
          "offset "
              + fromOffset
              + " is not in the log, which holds ["
              + startOffset
              + ", "
              + endOffset
              + ")");
    }
    return new LogReader(this, recent, fromOffset);
  }

  /** The segments at this moment, oldest first. Any thread. */
  List<Segment> segments() {
    return segments;
  }

  /** Closes a log in order: the segment is sealed, and nothing needs to be recovered. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    try {
      if (failure == null) {
        run(
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
      failed("it was abandoned", null);
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
    ChronicleSetup.remove(failable);
    try {
      durableMark.close();
    } catch (IOException e) {
      LOG.warn("could not close {}: {}", directory.resolve(DurableMark.NAME), e.toString());
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  /** Does what can fail, once, on a thread that nobody interrupts. */
  private void run(Work work) {
    checkUsable();
    ChronicleSetup.enter(failable);
    try {
      if (Thread.currentThread().isInterrupted()) {
        throw new IllegalStateException("the log thread was interrupted");
      }
      work.run();
      checkUsable();
    } catch (Invariant.Violation e) {
      failed(String.valueOf(e.getMessage()), e);
      throw e;
    } catch (Throwable e) {
      throw failed(String.valueOf(e.getMessage() == null ? e : e.getMessage()), e);
    } finally {
      ChronicleSetup.enter(null);
    }
  }

  @Override
  public void checkUsable() {
    LogFailedException first = failure;
    if (first != null) {
      throw new LogFailedException("the log has failed before: " + first.getMessage(), first);
    }
    if (closed) {
      throw new IllegalStateException("the log in " + directory + " is closed");
    }
  }

  /** Makes the failure final. The first one stays. */
  private LogFailedException failed(String message, @Nullable Throwable cause) {
    synchronized (failable) {
      LogFailedException first = failure;
      if (first == null) {
        String where = "the log in " + directory + " failed: " + message;
        first =
            cause instanceof LogFailedException known
                ? known
                : new LogFailedException(where, cause == null ? new IOException(message) : cause);
        failure = first;
        LOG.error(where, cause);
      }
      return first;
    }
  }
}
