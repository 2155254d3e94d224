package io.cairn.replication.journal;

import io.cairn.replication.core.ReplicaLog.LogCorruptedException;
import io.cairn.replication.journal.SegmentInfo.Seal;
import java.io.IOException;
import java.nio.file.Path;

/** A segment as readers see it: what the manifest says of it, and how to find records in it. */
record Segment(SegmentInfo info, Path directory, PositionIndex index) {
  /** The only cycle file of a queue whose clock stands at 0. */
  static final String CYCLE_FILE = "19700101-0000H.cq4";

  static final String METADATA_FILE = "metadata.cq4t";

  static Path directory(Path log, SegmentInfo info) {
    return log.resolve(info.name());
  }

  static Path cycleFile(Path directory) {
    return directory.resolve(CYCLE_FILE);
  }

  Path file() {
    return cycleFile(directory);
  }

  long baseOffset() {
    return info.baseOffset();
  }

  /** Where in the file its last record ends. */
  long endPosition() {
    Seal seal = info.sealOrNull();
    return seal == null ? index.endPosition() : seal.endPosition();
  }

  Segment sealed(Seal seal) {
    return new Segment(info.sealed(seal), directory, index);
  }

  /**
   * Where it ends when it is cut off from this offset on, which lies behind its first.
   *
   * @throws IllegalArgumentException when the offset is inside a record
   * @throws LogCorruptedException when a record before it is not readable
   */
  Seal sealAt(long offset) throws IOException {
    try (FileWindow window = FileWindow.open(file())) {
      SegmentCursor cursor = index.cursorBefore(offset - 1, window, info, endPosition());
      while (cursor.nextOffset() < offset && cursor.nextOrNull() != null) {}
      if (cursor.nextOffset() > offset) {
        throw new IllegalArgumentException("offset " + offset + " is inside a record");
      }
      if (cursor.nextOffset() < offset) {
        throw unreadable(cursor);
      }
      return new Seal(offset, cursor.endPosition(), cursor.lastCrc());
    }
  }

  /** The record that comes next should be there. */
  LogCorruptedException unreadable(SegmentCursor at) {
    return new LogCorruptedException(
        String.format(
            "segment %s is damaged at position %d of %s: the record of offset %d is not readable",
            info.name(), at.endPosition(), file(), at.nextOffset()));
  }
}
