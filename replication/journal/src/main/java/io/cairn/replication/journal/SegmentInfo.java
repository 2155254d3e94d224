package io.cairn.replication.journal;

import org.jspecify.annotations.Nullable;

/**
 * What the manifest knows of a segment.
 *
 * @param epoch of all its records
 * @param epochStartOffset first offset of that epoch, in this segment or an earlier one
 * @param baseOffset its first offset
 * @param previousCrc CRC of the record before its first, 0 when there is none
 * @param salt random; see {@link Entry#check}
 * @param sealOrNull where it ends; null while the process that made it appends to it
 */
record SegmentInfo(
    long epoch,
    long epochStartOffset,
    long baseOffset,
    int previousCrc,
    long salt,
    @Nullable Seal sealOrNull) {

  /**
   * Where a segment ends for good.
   *
   * @param endOffset after its last operation
   * @param endPosition in the file, after its last record
   * @param lastCrc of its last record
   */
  record Seal(long endOffset, long endPosition, int lastCrc) {}

  /** Name of its directory. */
  String name() {
    return "seg-" + epoch + "-" + baseOffset;
  }

  SegmentInfo sealed(Seal seal) {
    return new SegmentInfo(epoch, epochStartOffset, baseOffset, previousCrc, salt, seal);
  }
}
