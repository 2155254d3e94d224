package io.cairn.replication.journal;

import io.cairn.replication.core.LogSpace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log's thread for what need not be waited for: it fills segments ahead of their use, prepares
 * the next one, deletes old ones and watches the free space.
 */
final class Housekeeper implements AutoCloseable {
  static final String THREAD_PREFIX = "cairn-log-files-";
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeper.class);
  private static final long TURN_NANOS = 200_000_000;
  private static final long LEAST_AHEAD_BYTES = 8 << 20;
  private static final long STEP_BYTES = 4 << 20;

  /** An epoch that has just begun is to have the disk for itself until writes go on. */
  private static final long REST_NANOS = 1_000_000_000;

  private final Path directory;
  private final JournalOptions options;
  private final Disk disk;
  private final Disk.FreeSpace freeSpace;
  private final ChronicleSetup.Failable log;
  private final Thread thread;
  private final Queue<Chore> chores = new ConcurrentLinkedQueue<>();

  private volatile boolean closing;
  private volatile long usableBytes;
  private boolean spaceUnknown;
  private boolean failedWithRoom;
  private volatile @Nullable ActiveSegment active;
  private volatile long activeSinceNanos;
  private volatile long wakeAtPosition;

  private final Object preparing = new Object();
  private volatile @Nullable ActiveSegment prepared;
  private @Nullable SegmentTemplate template;
  private long preparedCount;

  /** Log thread: all bytes appended since the log was opened, in segments before the active one. */
  private volatile long appendedBytes;

  Housekeeper(Path directory, JournalOptions options, Disk disk, ChronicleSetup.Failable log)
      throws IOException {
    this.directory = directory;
    this.options = options;
    this.disk = disk;
    this.log = log;
    freeSpace = disk.freeSpace(directory);
    usableBytes = freeSpace.usableBytes();
    thread = new Thread(this::run, threadName(directory));
    thread.setDaemon(true);
  }

  /** Logs of several shards have the same last name, each in a directory of its own. */
  private static String threadName(Path directory) {
    Path path = directory.toAbsolutePath();
    int names = path.getNameCount();
    return THREAD_PREFIX + path.subpath(Math.max(0, names - 2), names);
  }

  void start() {
    thread.start();
  }

  /** Takes the prepared segment, or makes one when none is ready. Log thread. */
  ActiveSegment takeSegment() throws IOException {
    synchronized (preparing) {
      prepare();
      ActiveSegment segment = prepared;
      prepared = null;
      if (segment == null) {
        throw new IllegalStateException("no segment was prepared");
      }
      return segment;
    }
  }

  /** Which segment to fill from now on; null for none. Log thread. */
  void active(@Nullable ActiveSegment segment) {
    ActiveSegment before = active;
    if (before != null) {
      long total = appendedBytes + before.position();
      appendedBytes = total;
    }
    activeSinceNanos = System.nanoTime();
    active = segment;
    wakeAtPosition = 0;
    wake();
  }

  /** Log thread, after an append; wakes this thread when there is something to fill. */
  void appended(long position) {
    if (position >= wakeAtPosition) {
      wakeAtPosition = Long.MAX_VALUE;
      wake();
    }
  }

  /** Something to do with a segment's files. */
  interface Chore {
    void run() throws IOException;
  }

  /** Does this on this thread, soon, and before {@link #close} returns. */
  void later(Chore chore) {
    chores.add(chore);
    wake();
  }

  private void wake() {
    LockSupport.unpark(thread);
  }

  LogSpace space() {
    long usable = usableBytes;
    if (usable >= options.reserveBytes()) {
      return LogSpace.AVAILABLE;
    }
    return usable >= options.reserveBytes() / 4 ? LogSpace.DELETES_ONLY : LogSpace.EXHAUSTED;
  }

  /** Bytes on disk of the active and the prepared segment. */
  long filledBytes() {
    ActiveSegment current = active;
    ActiveSegment next = prepared;
    return (current == null ? 0 : current.filledEnd()) + (next == null ? 0 : next.filledEnd());
  }

  private void run() {
    ChronicleSetup.enter(log);
    try {
      while (!closing) {
        turn();
        LockSupport.parkNanos(this, TURN_NANOS);
      }
      runChores();
    } catch (Throwable e) {
      log.fail("the log's background thread failed: " + e, e);
    }
  }

  private void turn() throws IOException {
    runChores();
    lookAtSpace();
    try {
      fillAhead();
      failedWithRoom = false;
    } catch (IOException e) {
      // A full disk passes; what was filled before stays filled. The text of the error depends on
      // the language that the process runs in, so the free space tells; it may have come back since
      // the error, so one error is none.
      lookAtSpace();
      if (hasRoomToFill() && failedWithRoom) {
        throw e;
      }
      failedWithRoom = hasRoomToFill();
    }
  }

  /** Without an answer the last one stays: to ask may fail without anything wrong with the disk. */
  private void lookAtSpace() {
    try {
      usableBytes = freeSpace.usableBytes();
      spaceUnknown = false;
    } catch (IOException e) {
      if (!spaceUnknown) {
        LOG.warn("cannot tell how much space is free for {}: {}", directory, e.toString());
      }
      spaceUnknown = true;
    }
  }

  private void runChores() throws IOException {
    for (Chore chore = chores.poll(); chore != null; chore = chores.poll()) {
      chore.run();
    }
  }

  private void fillAhead() throws IOException {
    ActiveSegment segment = active;
    if (segment == null) {
      prepareNext();
      return;
    }
    long wantedEnd = segment.position() + aheadBytes(segment);
    while (segment == active
        && segment.filledEnd() < Math.min(wantedEnd, segment.segmentBytes())
        && mayFill()) {
      segment.fillTo(Math.min(segment.filledEnd() + STEP_BYTES, wantedEnd));
    }
    if (wantedEnd > segment.segmentBytes() || System.nanoTime() - activeSinceNanos >= REST_NANOS) {
      fillNext(wantedEnd - segment.segmentBytes());
    }
    if (segment == active) {
      wakeAtPosition = segment.position() + aheadBytes(segment) / 2;
    }
  }

  /**
   * There is a next one also while the active one is far from full, because a new epoch begins a
   * segment: on the leader, then on its followers, and until then nobody can write.
   */
  private void fillNext(long wantedEnd) throws IOException {
    prepareNext();
    ActiveSegment next = prepared;
    long end = Math.max(LEAST_AHEAD_BYTES, wantedEnd);
    if (next != null && next.filledEnd() < Math.min(end, next.segmentBytes()) && mayFill()) {
      next.fillTo(end);
      forceFilled(next);
    }
  }

  /**
   * Or the first record would wait for all of it. What a failed force leaves on the disk is not
   * known, so it is final, here as elsewhere.
   */
  private void forceFilled(ActiveSegment segment) {
    try {
      segment.forceFilled();
    } catch (IOException e) {
      log.fail("force of a segment ahead of its use failed: " + e, e);
    }
  }

  /** A log that has taken little keeps little ready. */
  private long aheadBytes(ActiveSegment segment) {
    long appended = appendedBytes + segment.position();
    return Math.max(LEAST_AHEAD_BYTES, Math.min(appended, options.inFlightBytes()));
  }

  private boolean mayFill() {
    lookAtSpace();
    return !closing && hasRoomToFill();
  }

  /** Filling ahead leaves the last of the reserve to what has been accepted. */
  private boolean hasRoomToFill() {
    return usableBytes - STEP_BYTES >= options.reserveBytes() / 4;
  }

  private void prepareNext() throws IOException {
    if (prepared == null && mayFill()) {
      synchronized (preparing) {
        prepare();
      }
    }
  }

  private void prepare() throws IOException {
    if (prepared == null) {
      SegmentTemplate known = template;
      if (known == null) {
        known = SegmentTemplate.make(directory, options, disk);
        template = known;
      }
      preparedCount++;
      Path path = directory.resolve(ChronicleLog.PREPARED_PREFIX + preparedCount);
      prepared = ActiveSegment.create(directory, path, known, options, disk);
    }
  }

  /** Stops the thread and discards what was prepared. */
  @Override
  public void close() {
    closing = true;
    wake();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    ActiveSegment unused = prepared;
    prepared = null;
    if (unused != null) {
      unused.close();
      Directories.deleteQuietly(unused.directory());
    }
  }
}
