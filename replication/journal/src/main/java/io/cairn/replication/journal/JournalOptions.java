package io.cairn.replication.journal;

/**
 * Settings of one log.
 *
 * @param segmentBytes size of a segment's file, in which its records must fit
 * @param blockBytes size of the pieces in which a file is mapped; a power of two. A record fits a
 *     quarter of it.
 * @param maxRecordBytes largest record
 * @param retentionBytes records that are not needed any more are kept as long as the segments
 *     together are not larger than this; 0 keeps none
 * @param reserveBytes free space of the file system below which puts are refused; below a quarter
 *     of it deletes are refused too, and that quarter holds what was accepted before
 * @param inFlightBytes most that may have been accepted and not yet appended when space runs out
 * @param recentBytes newest records kept in memory for those who read near the end
 */
public record JournalOptions(
    long segmentBytes,
    int blockBytes,
    int maxRecordBytes,
    long retentionBytes,
    long reserveBytes,
    long inFlightBytes,
    long recentBytes) {

  /** Smallest mapping that the library takes. */
  static final int MIN_BLOCK_BYTES = 64 << 10;

  public JournalOptions {
    if (maxRecordBytes < 1 || inFlightBytes < 1) {
      throw new IllegalArgumentException(
          "maxRecordBytes ("
              + maxRecordBytes
              + ") and inFlightBytes ("
              + inFlightBytes
              + ") must be at least 1");
    }
    if (retentionBytes < 0 || recentBytes < 0) {
      throw new IllegalArgumentException(
          "retentionBytes ("
              + retentionBytes
              + ") and recentBytes ("
              + recentBytes
              + ") must not be negative");
    }
    if (blockBytes < MIN_BLOCK_BYTES || Integer.bitCount(blockBytes) != 1) {
      throw new IllegalArgumentException(
          "blockBytes must be a power of two from " + MIN_BLOCK_BYTES + " on, not " + blockBytes);
    }
    if (maxRecordBytes > blockBytes / 4 - Entry.OVERHEAD_BYTES) {
      throw new IllegalArgumentException(
          "maxRecordBytes ("
              + maxRecordBytes
              + ") and "
              + Entry.OVERHEAD_BYTES
              + " bytes around it must fit a quarter of blockBytes ("
              + blockBytes
              + "): make blockBytes at least four times as large");
    }
    long smallest = (long) maxRecordBytes + ActiveSegment.OWN_BYTES;
    if (segmentBytes < smallest) {
      throw new IllegalArgumentException(
          "segmentBytes ("
              + segmentBytes
              + ") must hold a record of maxRecordBytes ("
              + maxRecordBytes
              + "): make it at least "
              + smallest);
    }
    if (inFlightBytes > segmentBytes) {
      throw new IllegalArgumentException(
          "inFlightBytes ("
              + inFlightBytes
              + ") must not be larger than segmentBytes ("
              + segmentBytes
              + "): one segment is prepared ahead, and must hold what was accepted");
    }
    if (reserveBytes / 4 < inFlightBytes) {
      throw new IllegalArgumentException(
          "reserveBytes ("
              + reserveBytes
              + ") must be at least four times inFlightBytes ("
              + inFlightBytes
              + ")");
    }
  }
}
