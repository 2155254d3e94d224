package io.cairn.replication.journal;

import io.cairn.replication.core.Invariant;
import io.cairn.replication.core.LogRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.wire.DocumentContext;
import org.jspecify.annotations.Nullable;

/**
 * A segment that this process made and appends to: a queue of one cycle file whose clock stands
 * still, filled with zeros ahead of the records.
 *
 * <p>Any thread may create one and fill it; one thread at a time, the log thread once the segment
 * is {@link #activate}d, does everything else.
 */
final class ActiveSegment implements AutoCloseable {
  /** Room for what the library writes besides records: its header and index pages. */
  static final int OWN_BYTES = 128 << 10;

  /** Room kept behind every record, larger than an index page. */
  private static final int SLACK_BYTES = 64 << 10;

  private static final int FILL_BYTES = 1 << 20;

  /** A page: what is smaller shares one with the entry's header, which the library stores. */
  private static final int PLAIN_WRITE_BYTES = 4 << 10;

  private final Disk disk;
  private final Path log;
  private final long segmentBytes;
  private final SingleChronicleQueue queue;
  private final ExcerptAppender appender;
  private final FileChannel channel;
  private final FileChannel metadataChannel;
  private final ByteBuffer zeros = ByteBuffer.allocateDirect(FILL_BYTES);

  private Path directory;
  private long salt;
  private boolean everForced;
  private boolean closed;

  /** Where the last entry ends; an index page may lie between it and the next one. */
  private volatile long position;

  /** All before this is written, by records or zeros. Guarded by this to advance. */
  private volatile long filledEnd;

  private ActiveSegment(
      Disk disk,
      Path log,
      Path directory,
      long segmentBytes,
      SingleChronicleQueue queue,
      ExcerptAppender appender,
      FileChannel channel,
      FileChannel metadataChannel) {
    this.disk = disk;
    this.log = log;
    this.directory = directory;
    this.segmentBytes = segmentBytes;
    this.queue = queue;
    this.appender = appender;
    this.channel = channel;
    this.metadataChannel = metadataChannel;
  }

  /**
   * Makes a new queue in a directory that must not exist, with all of its files on disk. Nothing is
   * left of it when that fails.
   *
   * @throws IOException also when the disk is full
   */
  static ActiveSegment create(
      Path log, Path directory, SegmentTemplate template, JournalOptions options, Disk disk)
      throws IOException {
    Files.createDirectory(directory);
    SingleChronicleQueue queue = null;
    FileChannel channel = null;
    FileChannel metadata = null;
    try {
      channel = createFile(Segment.cycleFile(directory));
      metadata = createFile(directory.resolve(Segment.METADATA_FILE));
      writeAll(directory, channel, metadata, template, options, disk);
      queue = ChronicleSetup.queue(directory, options);
      ExcerptAppender appender = queue.createAppender();
      ActiveSegment segment =
          new ActiveSegment(
              disk, log, directory, options.segmentBytes(), queue, appender, channel, metadata);
      segment.start(template.end());
      appender.singleThreadedCheckReset();
      return segment;
    } catch (Throwable e) {
      closeQuietly(channel);
      closeQuietly(metadata);
      closeQuietly(queue);
      Directories.deleteQuietly(directory);
      throw e;
    }
  }

  private static FileChannel createFile(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static void closeQuietly(@Nullable AutoCloseable resource) {
    try {
      if (resource != null) {
        resource.close();
      }
    } catch (Exception e) {
      // The failure that led here is the one to tell.
    }
  }

  /** Everything the library may touch at once gets its place on disk, and the file its length. */
  private static void writeAll(
      Path directory,
      FileChannel cycle,
      FileChannel metadata,
      SegmentTemplate template,
      JournalOptions options,
      Disk disk)
      throws IOException {
    Path file = Segment.cycleFile(directory);
    Path metadataFile = directory.resolve(Segment.METADATA_FILE);
    // The library grows a file that is too short for its next mapping, by setting its length. Given
    // its full length now, it never does, and cannot cut off what is filled meanwhile.
    long length = options.segmentBytes() + 2L * options.blockBytes();
    disk.write(cycle, file, ByteBuffer.allocate(1), length - 1);
    template.writeMetadata(metadata, metadataFile, disk);
    template.writeCycle(cycle, file, disk);
    int filled = Math.toIntExact(filledEnd(template.end(), options.segmentBytes()));
    disk.write(cycle, file, ByteBuffer.allocate(filled - template.end()), template.end());
    disk.force(cycle, file, true);
    disk.force(metadata, metadataFile, true);
    disk.forceDirectory(directory);
  }

  private static long filledEnd(long start, long segmentBytes) {
    return Math.min(segmentBytes, start + OWN_BYTES);
  }

  /** Lets the library map what it needs for the first record, and forget it. */
  private void start(long end) {
    position = end;
    filledEnd = filledEnd(end, segmentBytes);
    try (DocumentContext entry = appender.writingDocument()) {
      long start = entry.wire().bytes().writePosition();
      entry.rollbackOnClose();
      Invariant.check(start >= end && start < filledEnd, "an empty segment is open", start, end);
    }
  }

  /** Gives the segment its name and identity. Log thread; the files are not filled meanwhile. */
  synchronized void activate(Path newDirectory, long newSalt) throws IOException {
    Files.move(directory, newDirectory, StandardCopyOption.ATOMIC_MOVE);
    directory = newDirectory;
    salt = newSalt;
    disk.forceDirectory(newDirectory);
    disk.forceDirectory(log);
  }

  Path directory() {
    return directory;
  }

  long position() {
    return position;
  }

  long filledEnd() {
    return filledEnd;
  }

  long segmentBytes() {
    return segmentBytes;
  }

  /** Whether a record of this length has its place before the segment's end. */
  boolean fits(int recordBytes) {
    return needed(recordBytes) <= segmentBytes;
  }

  private long needed(int recordBytes) {
    return position + SLACK_BYTES + Entry.OVERHEAD_BYTES + recordBytes;
  }

  /**
   * Fills with zeros up to this position, or the segment's end. A failure leaves what was filled. A
   * closed segment stays as it is.
   */
  synchronized void fillTo(long wantedEnd) throws IOException {
    long end = Math.min(wantedEnd, segmentBytes);
    while (filledEnd < end && !closed) {
      long start = filledEnd;
      zeros.clear().limit((int) Math.min(FILL_BYTES, end - start));
      disk.write(channel, Segment.cycleFile(directory), zeros, start);
      filledEnd = start + zeros.limit();
    }
  }

  /** Brings what is filled to disk; the log thread need not force it then. */
  synchronized void forceFilled() throws IOException {
    if (!closed) {
      disk.force(channel, Segment.cycleFile(directory), false);
    }
  }

  /**
   * Appends a record that {@link #fits}.
   *
   * @return where its entry begins
   */
  long append(LogRecord record, long durableEndOffset) throws IOException {
    byte[] bytes = record.bytes();
    long needed = needed(bytes.length);
    if (needed > filledEnd) {
      fillTo(needed);
    }
    try (DocumentContext entry = appender.writingDocument()) {
      boolean written = false;
      try {
        Bytes<?> target = entry.wire().bytes();
        long start = target.writePosition();
        Invariant.check(
            start >= position && start + Entry.PREFIX_BYTES + bytes.length <= filledEnd,
            "an entry lies behind the last one, in what is filled",
            start,
            filledEnd);
        target.writeLong(durableEndOffset);
        target.writeInt(Entry.check(salt, durableEndOffset, record.crc()));
        writeBytes(target, bytes);
        position = Entry.align(target.writePosition());
        written = true;
        return start - Entry.HEADER_WORD_BYTES;
      } finally {
        if (!written) {
          entry.rollbackOnClose();
        }
      }
    }
  }

  /**
   * Stores small records through the library's mapping, and writes large ones into the file. Each
   * page that is stored into through a mapping costs a page fault, and at the next force its
   * protection on all processors, which together takes several times as long as to write it.
   */
  private void writeBytes(Bytes<?> target, byte[] bytes) throws IOException {
    if (bytes.length < PLAIN_WRITE_BYTES) {
      target.write(bytes, 0, bytes.length);
    } else {
      long start = target.writePosition();
      target.writePosition(start + bytes.length); // first: as far as this a rollback clears it
      disk.write(channel, Segment.cycleFile(directory), ByteBuffer.wrap(bytes), start);
    }
  }

  /** Brings all records to disk; the first time also everything that makes them findable. */
  void force() throws IOException {
    Path file = Segment.cycleFile(directory);
    if (!everForced) {
      disk.force(channel, file, true);
      disk.force(metadataChannel, directory.resolve(Segment.METADATA_FILE), true);
      disk.forceDirectory(directory);
      disk.forceDirectory(log);
      everForced = true;
    } else {
      disk.force(channel, file, false);
    }
  }

  /** Lets go of the files; they stay as they are. */
  @Override
  public void close() {
    closeQuietly(appender);
    closeQuietly(queue);
    synchronized (this) {
      closed = true;
      closeQuietly(channel);
      closeQuietly(metadataChannel);
    }
  }
}
