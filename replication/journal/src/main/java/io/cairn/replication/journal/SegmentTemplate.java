package io.cairn.replication.journal;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * What the files of a segment hold before its first record. The library writes them through memory
 * mappings, where a page that finds no place on a full disk ends the process (SIGBUS). So it makes
 * them once, when the log is opened; those of every segment are written from this copy, where a
 * full disk is an {@link IOException}.
 */
final class SegmentTemplate {
  private static final String DIRECTORY = ChronicleLog.PREPARED_PREFIX + "template";

  /** More than the library writes. */
  private static final int ROOM_BYTES = ActiveSegment.OWN_BYTES + (256 << 10);

  private static final long MAGIC = 0x474553_4E52494143L; // "CAIRNSEG"

  private final byte[] metadata;
  private final byte[] cycle;

  private SegmentTemplate(byte[] metadata, byte[] cycle) {
    this.metadata = metadata;
    this.cycle = cycle;
  }

  /**
   * Lets the library make the files, in a directory of the log that is gone afterwards.
   *
   * @throws IOException when the disk is full
   */
  static SegmentTemplate make(Path log, JournalOptions options, Disk disk) throws IOException {
    Path directory = log.resolve(DIRECTORY);
    Directories.delete(directory);
    Files.createDirectory(directory);
    try {
      needRoom(directory, disk);
      int end = letLibraryMake(directory, options);
      byte[] metadata = Files.readAllBytes(directory.resolve(Segment.METADATA_FILE));
      try (FileChannel file = FileChannel.open(Segment.cycleFile(directory))) {
        ByteBuffer cycle = ByteBuffer.allocate(end);
        while (cycle.hasRemaining()) {
          if (file.read(cycle) < 0) {
            throw new EOFException("the library's empty segment ends before its title does");
          }
        }
        return new SegmentTemplate(metadata, cycle.array());
      }
    } finally {
      Directories.deleteQuietly(directory);
    }
  }

  /** The free space of a file system does not tell of quotas; a write does. */
  private static void needRoom(Path directory, Disk disk) throws IOException {
    Path room = directory.resolve("room");
    try (FileChannel file =
        FileChannel.open(room, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      disk.write(file, room, ByteBuffer.allocate(ROOM_BYTES), 0);
    }
    Files.delete(room);
  }

  /**
   * @return where the title ends
   */
  private static int letLibraryMake(Path directory, JournalOptions options) {
    try (SingleChronicleQueue queue = ChronicleSetup.queue(directory, options);
        ExcerptAppender appender = queue.createAppender();
        DocumentContext entry = appender.writingDocument(true)) {
      Bytes<?> bytes = entry.wire().bytes();
      bytes.writeLong(MAGIC);
      return Math.toIntExact(bytes.writePosition());
    }
  }

  /** Where the first record may lie. */
  int end() {
    return cycle.length;
  }

  void writeMetadata(FileChannel file, Path path, Disk disk) throws IOException {
    disk.write(file, path, ByteBuffer.wrap(metadata), 0);
  }

  void writeCycle(FileChannel file, Path path, Disk disk) throws IOException {
    disk.write(file, path, ByteBuffer.wrap(cycle), 0);
  }
}
