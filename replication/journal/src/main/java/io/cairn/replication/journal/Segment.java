package io.cairn.replication.journal;

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
}
