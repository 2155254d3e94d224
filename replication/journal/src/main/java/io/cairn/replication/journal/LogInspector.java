package io.cairn.replication.journal;

import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.ReplicaLog.LogFailedException;
import io.cairn.replication.journal.SegmentInfo.Seal;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log of a stopped node and tells, record by record, what is there. It changes nothing,
 * and goes on behind damage with the next segment.
 */
public final class LogInspector {
  private final Path directory;
  private final Manifest manifest;
  private long records;
  private long operations;
  private long problems;
  private long endOffset;
  private long lastEpoch;

  /** Is told what is found, in the order of the log. */
  public interface Visitor {
    default void onSegment(SegmentFound segment) {}

    default void onRecord(RecordFound record) {}

    default void onProblem(Problem problem) {}
  }

  /**
   * A segment of the manifest.
   *
   * @param sealed whether its end is known; otherwise a node appended to it when it stopped
   * @param endOffset after its last operation, -1 when it is not sealed
   * @param endPosition of its last record in the file, -1 when it is not sealed
   */
  public record SegmentFound(
      String name,
      Path file,
      long epoch,
      long baseOffset,
      boolean sealed,
      long endOffset,
      long endPosition) {}

  /**
   * An intact record.
   *
   * @param position of its entry in the segment's file
   * @param record its operations are read by {@link io.cairn.replication.core.OperationCursor}
   */
  public record RecordFound(String segment, long position, LogRecord record) {}

  /**
   * Something that is not as it should be.
   *
   * @param corruption false for the torn tail that a crash leaves, of which nothing had been
   *     acknowledged
   */
  public record Problem(String segment, long position, boolean corruption, String text) {}

  /**
   * What was found in all.
   *
   * @param corruptions problems that are corruption
   */
  public record Summary(
      int segments,
      long records,
      long operations,
      long startOffset,
      long endOffset,
      long lastEpoch,
      long corruptions) {}

  private LogInspector(Path directory, Manifest manifest) {
    this.directory = directory;
    this.manifest = manifest;
  }

  /**
   * Walks over the log in this directory, which no node may have open.
   *
   * @throws LogFailedException when there is no log, or its manifest cannot be used
   */
  public static Summary inspect(Path directory, Visitor visitor) {
    try {
      Manifest manifest = ManifestFile.readOrNull(directory);
      if (manifest == null) {
        throw new LogFailedException("there is no log in " + directory);
      }
      return new LogInspector(directory, manifest).walk(visitor);
    } catch (IOException e) {
      throw new LogFailedException("the log in " + directory + " cannot be read: " + e, e);
    }
  }

  private Summary walk(Visitor visitor) throws IOException {
    endOffset = manifest.start().offset();
    lastEpoch = manifest.start().previousEpoch();
    int crc = manifest.start().previousCrc();
    for (SegmentInfo segment : manifest.segments()) {
      if (segment.baseOffset() != endOffset || segment.previousCrc() != crc) {
        tell(visitor, segment, 0, true, "does not continue the segment before it");
      }
      Seal seal = segment.sealOrNull();
      visitor.onSegment(found(segment, seal));
      crc = walk(segment, seal, visitor);
      lastEpoch = endOffset > segment.baseOffset() ? segment.epoch() : lastEpoch;
    }
    return new Summary(
        manifest.segments().size(),
        records,
        operations,
        manifest.start().offset(),
        endOffset,
        lastEpoch,
        problems);
  }

  private SegmentFound found(SegmentInfo segment, @Nullable Seal seal) {
    return new SegmentFound(
        segment.name(),
        fileOf(segment),
        segment.epoch(),
        segment.baseOffset(),
        seal != null,
        seal == null ? -1 : seal.endOffset(),
        seal == null ? -1 : seal.endPosition());
  }

  private Path fileOf(SegmentInfo segment) {
    return Segment.cycleFile(Segment.directory(directory, segment));
  }

  /** Gives the CRC that the next segment must continue. */
  private int walk(SegmentInfo segment, @Nullable Seal seal, Visitor visitor) throws IOException {
    try (FileWindow window = FileWindow.open(fileOf(segment))) {
      long limit = seal == null ? window.fileBytes() : seal.endPosition();
      SegmentCursor cursor = new SegmentCursor(window, segment, limit);
      for (LogRecord record = cursor.nextOrNull(); record != null; record = cursor.nextOrNull()) {
        records++;
        operations += record.count();
        visitor.onRecord(new RecordFound(segment.name(), cursor.recordPosition(), record));
      }
      judge(segment, seal, cursor, visitor);
      endOffset = seal == null ? cursor.nextOffset() : seal.endOffset();
      return seal == null ? cursor.lastCrc() : seal.lastCrc();
    } catch (NoSuchFileException e) {
      tell(visitor, segment, 0, true, "its file is missing");
      endOffset = seal == null ? segment.baseOffset() : seal.endOffset();
      return seal == null ? segment.previousCrc() : seal.lastCrc();
    }
  }

  private void judge(
      SegmentInfo segment, @Nullable Seal seal, SegmentCursor cursor, Visitor visitor)
      throws IOException {
    long known =
        seal == null
            ? Math.max(cursor.durableMark(), DurableMark.read(directory, segment))
            : seal.endOffset();
    if (cursor.nextOffset() < known) {
      String text =
          String.format(
              "damaged: offsets [%d, %d) were on disk and are not readable",
              cursor.nextOffset(), known);
      tell(visitor, segment, cursor.endPosition(), true, text);
    } else if (seal == null && (cursor.recordsBeyond() > 0 || cursor.isTorn())) {
      String text =
          "torn tail: an entry that is not whole, and "
              + cursor.recordsBeyond()
              + " records behind it, never counted";
      tell(visitor, segment, cursor.endPosition(), false, text);
    }
  }

  private void tell(
      Visitor visitor, SegmentInfo segment, long position, boolean corruption, String text) {
    problems += corruption ? 1 : 0;
    visitor.onProblem(new Problem(segment.name(), position, corruption, text));
  }
}
