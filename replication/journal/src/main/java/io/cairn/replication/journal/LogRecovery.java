package io.cairn.replication.journal;

import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.ReplicaLog.LogCorruptedException;
import io.cairn.replication.journal.SegmentInfo.Seal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a log that an earlier process left, by a clean close or not, into a state in which every
 * segment is sealed and on disk.
 */
final class LogRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(LogRecovery.class);

  private final Path directory;
  private final Disk disk;

  LogRecovery(Path directory, Disk disk) {
    this.directory = directory;
    this.disk = disk;
  }

  /** Reads the manifest, makes one where there is no log yet, and recovers the newest segment. */
  Manifest recover() throws IOException {
    Manifest manifest = ManifestFile.readOrNull(directory);
    if (manifest == null) {
      manifest = begin();
    }
    checkSealed(manifest);
    sweep(manifest);
    SegmentInfo last = manifest.lastOrNull();
    return last == null || last.sealOrNull() != null ? manifest : sealLast(manifest, last);
  }

  private Manifest begin() throws IOException {
    Files.createDirectories(directory);
    for (Path path : Directories.list(directory)) {
      if (isSegment(path)) {
        throw new LogCorruptedException(
            "the log's manifest "
                + directory.resolve(ManifestFile.NAME)
                + " is missing, but there is a segment "
                + path.getFileName());
      }
    }
    Manifest manifest = Manifest.empty();
    ManifestFile.write(directory, manifest, disk);
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) {
      disk.forceDirectory(parent);
    }
    return manifest;
  }

  private static boolean isSegment(Path path) {
    return path.getFileName().toString().startsWith(SegmentInfo.NAME_PREFIX);
  }

  /** Deletes what a deletion or a preparation left half done. */
  private void sweep(Manifest manifest) throws IOException {
    List<String> kept = manifest.segments().stream().map(SegmentInfo::name).toList();
    for (Path path : Directories.list(directory)) {
      String name = path.getFileName().toString();
      if (name.startsWith(ChronicleLog.PREPARED_PREFIX)
          || (isSegment(path) && !kept.contains(name))) {
        Directories.delete(path);
      }
    }
  }

  /** Sealed segments must be there and continue one another; their records are read later. */
  private void checkSealed(Manifest manifest) throws IOException {
    long offset = manifest.start().offset();
    int crc = manifest.start().previousCrc();
    for (SegmentInfo segment : manifest.segments()) {
      if (segment.baseOffset() != offset || segment.previousCrc() != crc) {
        throw new LogCorruptedException(
            "the log's manifest does not continue at segment "
                + segment.name()
                + ": the one before it ends at offset "
                + offset);
      }
      Path file = Segment.cycleFile(Segment.directory(directory, segment));
      if (!Files.exists(file)) {
        throw new LogCorruptedException("segment " + segment.name() + " lost its file " + file);
      }
      Seal seal = segment.sealOrNull();
      if (seal == null && segment.equals(manifest.lastOrNull())) {
        break;
      }
      if (seal == null) {
        throw new LogCorruptedException(
            "the log's manifest has no end for segment " + segment.name() + ", but a later one");
      }
      if (Files.size(file) < seal.endPosition()) {
        throw new LogCorruptedException(
            String.format(
                "segment %s is cut off: %s has %d bytes, its records to offset %d end at %d",
                segment.name(), file, Files.size(file), seal.endOffset(), seal.endPosition()));
      }
      offset = seal.endOffset();
      crc = seal.lastCrc();
    }
  }

  private Manifest sealLast(Manifest manifest, SegmentInfo last) throws IOException {
    Seal seal = findEnd(last);
    List<SegmentInfo> segments = new ArrayList<>(manifest.segments());
    segments.remove(segments.size() - 1);
    boolean empty = seal.endOffset() == last.baseOffset();
    if (!empty) {
      segments.add(last.sealed(seal));
    }
    Manifest sealed = new Manifest(manifest.nextNumber(), manifest.start(), segments);
    ManifestFile.write(directory, sealed, disk);
    Path path = Segment.directory(directory, last);
    if (empty) {
      Directories.delete(path);
    } else {
      Directories.shrink(Segment.cycleFile(path), seal.endPosition());
    }
    return sealed;
  }

  /**
   * Finds the last record that continues all before it, and brings all records to disk.
   *
   * <p>What is read here may be in memory only, and a force alone does not change that: after a
   * force that failed Linux takes the pages for written, and the next one has nothing to do and
   * succeeds. So everything that is not known to be on disk is written once more, as it was read
   * and found intact.
   *
   * @throws LogCorruptedException when a record is missing or damaged that was on disk before
   */
  private Seal findEnd(SegmentInfo segment) throws IOException {
    Path path = Segment.directory(directory, segment);
    Path file = Segment.cycleFile(path);
    long marked = DurableMark.read(directory, segment);
    try (FileWindow window = FileWindow.open(file);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      SegmentCursor cursor = new SegmentCursor(window, segment, window.fileBytes());
      int records = 0;
      for (LogRecord record = cursor.nextOrNull(); record != null; record = cursor.nextOrNull()) {
        records++;
        if (record.endOffset() > marked) {
          writeBack(channel, file, window, cursor.recordPosition(), record);
        }
      }
      long durable = Math.max(cursor.durableMark(), marked);
      if (durable > cursor.nextOffset()) {
        throw new LogCorruptedException(
            String.format(
                "segment %s is damaged at position %d of %s: the records of the offsets [%d, %d)"
                    + " were on disk and are not readable any more",
                segment.name(), cursor.endPosition(), file, cursor.nextOffset(), durable));
      }
      LOG.info(
          "recovered segment {}: {} records to offset {}, {} records behind a torn one dropped",
          segment.name(),
          records,
          cursor.nextOffset(),
          cursor.recordsBeyond());
      disk.force(channel, file, true);
      disk.forceDirectory(path);
      disk.forceDirectory(directory);
      return new Seal(cursor.nextOffset(), cursor.endPosition(), cursor.lastCrc());
    }
  }

  private void writeBack(
      FileChannel channel, Path file, FileWindow window, long position, LogRecord record)
      throws IOException {
    byte[] entry = window.copy(position, Entry.OVERHEAD_BYTES + record.lengthBytes());
    // The window may have been read anew; these are the bytes that were checked.
    System.arraycopy(record.bytes(), 0, entry, Entry.OVERHEAD_BYTES, record.lengthBytes());
    disk.write(channel, file, ByteBuffer.wrap(entry), position);
  }
}
