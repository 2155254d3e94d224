package io.cairn.replication.journal;

import org.jspecify.annotations.Nullable;

/**
 * What the manifest knows of a segment.
 *
 * @param number of the segment among all that this log ever had
 * @param epoch of all its records
 * @param baseOffset its first offset
 * @param previousCrc CRC of the record before its first, 0 when there is none
 * @param salt random; see {@link Entry#check}
 * @param sealOrNull where it ends; null while the process that made it appends to it
 */
record SegmentInfo(
    long number,
    long epoch,
    long baseOffset,
    int previousCrc,
    long salt,
    @Nullable Seal sealOrNull) {
  static final String NAME_PREFIX = "seg-";

  /**
   * Where a segment ends for good.
   *
   * @param endOffset after its last operation
   * @param endPosition in the file, after its last record
   * @param lastCrc of its last record
   */
  record Seal(long endOffset, long endPosition, int lastCrc) {}

  /**
   * Name of its directory. The number alone tells it from all others: after a cut there may be one
   * of the same epoch and base offset that is still to be deleted. The rest is for people.
   */
  String name() {
    return NAME_PREFIX + number + "-" + epoch + "-" + baseOffset;
  }

  SegmentInfo sealed(Seal seal) {
    return new SegmentInfo(number, epoch, baseOffset, previousCrc, salt, seal);
  }
}
