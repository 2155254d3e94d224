package io.cairn.replication.journal;

import io.cairn.replication.core.ReplicaLog.LogCorruptedException;
import io.cairn.replication.journal.SegmentInfo.Seal;
import java.io.IOException;
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
    sweep(manifest);
    checkSealed(manifest);
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
    return path.getFileName().toString().startsWith("seg-");
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
    long offset = manifest.startOffset();
    int crc = manifest.previousCrc();
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
    force(last);
    List<SegmentInfo> segments = new ArrayList<>(manifest.segments());
    segments.remove(segments.size() - 1);
    boolean empty = seal.endOffset() == last.baseOffset();
    if (!empty) {
      segments.add(last.sealed(seal));
    }
    Manifest sealed =
        new Manifest(
            manifest.lastEpoch(), manifest.startOffset(), manifest.previousCrc(), segments);
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
   * Finds the last record that continues all before it.
   *
   * @throws LogCorruptedException when a record is missing or damaged that was on disk before
   */
  private Seal findEnd(SegmentInfo segment) throws IOException {
    Path file = Segment.cycleFile(Segment.directory(directory, segment));
    try (FileWindow window = FileWindow.open(file)) {
      SegmentCursor cursor = new SegmentCursor(window, segment, window.fileBytes());
      int records = 0;
      while (cursor.nextOrNull() != null) {
        records++;
      }
      long durable = Math.max(cursor.durableMark(), DurableMark.read(directory, segment));
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
      return new Seal(cursor.nextOffset(), cursor.endPosition(), cursor.lastCrc());
    }
  }

  /** What was read may so far be in memory only. */
  private void force(SegmentInfo segment) throws IOException {
    Path path = Segment.directory(directory, segment);
    Path file = Segment.cycleFile(path);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      disk.force(channel, file, true);
    }
    disk.forceDirectory(path);
    disk.forceDirectory(directory);
  }
}
