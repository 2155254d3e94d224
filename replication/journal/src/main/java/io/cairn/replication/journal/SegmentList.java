package io.cairn.replication.journal;

import io.cairn.replication.core.ReplicaLog.EpochStart;
import io.cairn.replication.journal.SegmentInfo.Seal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a log, oldest first, and where it begins: the manifest, with the means to read.
 * It does not change; what makes another list of it touches no file.
 *
 * @param nextNumber of the next segment
 */
record SegmentList(long nextNumber, LogStart start, List<Segment> segments) {

  SegmentList {
    segments = List.copyOf(segments);
  }

  /** Of a log that was recovered: all segments are sealed. */
  static SegmentList of(Path directory, Manifest manifest) {
    List<Segment> sealed = new ArrayList<>();
    for (SegmentInfo info : manifest.segments()) {
      sealed.add(new Segment(info, Segment.directory(directory, info), new PositionIndex(0)));
    }
    return new SegmentList(manifest.nextNumber(), manifest.start(), sealed);
  }

  Manifest manifest() {
    return new Manifest(nextNumber, start, segments.stream().map(Segment::info).toList());
  }

  Segment last() {
    return segments.get(segments.size() - 1);
  }

  /** End of the last segment, which is sealed, or the log's start. */
  long sealedEndOffset() {
    Seal seal = lastSealOrNull();
    return seal == null ? start.offset() : seal.endOffset();
  }

  /** CRC of the last record, when the last segment is sealed. */
  int sealedLastCrc() {
    Seal seal = lastSealOrNull();
    return seal == null ? start.previousCrc() : seal.lastCrc();
  }

  private @Nullable Seal lastSealOrNull() {
    return segments.isEmpty() ? null : last().info().sealOrNull();
  }

  /** Epoch of the last record, when the last segment has one. */
  long lastEpoch() {
    return segments.isEmpty() ? start.previousEpoch() : last().info().epoch();
  }

  /** Of what is kept below the log end; see {@link io.cairn.replication.core.ReplicaLog}. */
  List<EpochStart> epochHistory(long endOffset) {
    List<EpochStart> history = new ArrayList<>();
    long newest = start.previousEpoch();
    if (newest > 0) {
      history.add(new EpochStart(newest, start.offset()));
    }
    for (Segment segment : segments) {
      long epoch = segment.info().epoch();
      if (epoch != newest && segment.baseOffset() < endOffset) {
        newest = epoch;
        history.add(new EpochStart(epoch, segment.baseOffset()));
      }
    }
    return history;
  }

  /** The segment that holds an offset below the log end, null below the log's start. */
  @Nullable Segment holderOrNull(long offset) {
    for (int i = segments.size() - 1; i >= 0; i--) {
      if (segments.get(i).baseOffset() <= offset) {
        return segments.get(i);
      }
    }
    return null;
  }

  SegmentList withNext(Segment segment) {
    List<Segment> more = new ArrayList<>(segments);
    more.add(segment);
    return new SegmentList(segment.info().number() + 1, start, more);
  }

  SegmentList withLastSealed(Seal seal) {
    List<Segment> changed = new ArrayList<>(segments);
    changed.set(changed.size() - 1, last().sealed(seal));
    return new SegmentList(nextNumber, start, changed);
  }

  /**
   * Cut off from this offset on.
   *
   * @param seal end of the record before the offset, null when none is kept
   */
  SegmentList cut(long endOffset, @Nullable Seal seal) {
    List<Segment> kept = segments.stream().filter(s -> s.baseOffset() < endOffset).toList();
    SegmentList cut = new SegmentList(nextNumber, start, kept);
    return seal == null ? cut : cut.withLastSealed(seal);
  }

  /**
   * Without the first segments that hold nothing from this offset on; the last one stays, and so
   * many bytes as are to be retained.
   */
  SegmentList trim(long beforeOffset, long retentionBytes) {
    long bytes = segments.stream().mapToLong(Segment::endPosition).sum();
    int first = 0;
    while (first + 1 < segments.size() && segments.get(first + 1).baseOffset() <= beforeOffset) {
      bytes -= segments.get(first).endPosition();
      if (bytes < retentionBytes) {
        break;
      }
      first++;
    }
    return first == 0 ? this : startingWith(first);
  }

  private SegmentList startingWith(int first) {
    SegmentInfo before = segments.get(first - 1).info();
    SegmentInfo info = segments.get(first).info();
    LogStart later = new LogStart(info.baseOffset(), info.previousCrc(), before.epoch());
    return new SegmentList(nextNumber, later, segments.subList(first, segments.size()));
  }

  /** None, in a log that begins elsewhere. */
  SegmentList reset(LogStart newStart) {
    return new SegmentList(nextNumber, newStart, List.of());
  }

  /** The segments of this list that another one has not. */
  List<Segment> without(SegmentList other) {
    List<Long> numbers = other.segments.stream().map(s -> s.info().number()).toList();
    return segments.stream().filter(s -> !numbers.contains(s.info().number())).toList();
  }
}
