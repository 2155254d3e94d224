package io.cairn.replication.core;

import io.cairn.replication.core.ReplicaLog.EpochStart;
import java.util.List;

/**
 * What a replica finds when its process starts: the ends of its recovered log and store.
 *
 * @param logStartOffset first offset that the log keeps
 * @param logEndOffset of the recovered log, all of which is on disk
 * @param lastRecordCrc CRC of the log's last record, 0 when there has never been one
 * @param epochHistory of the log, {@link ReplicaLog#epochHistory}
 * @param appliedOffset of the store as it was opened
 * @param flushedOffset of the store as it was opened
 * @param highWatermark what is known to be committed: the applied offset, unless nobody else could
 *     ever have led the shard, so that all of the log is
 * @param reopened how often the same process has opened the replica before: what its predecessors
 *     asked for is not for it
 */
public record Start(
    long logStartOffset,
    long logEndOffset,
    int lastRecordCrc,
    List<EpochStart> epochHistory,
    long appliedOffset,
    long flushedOffset,
    long highWatermark,
    int reopened) {

  /** Epoch of the log's last record, 0 when there has never been one. */
  public long lastEpoch() {
    return epochHistory.isEmpty() ? 0 : epochHistory.get(epochHistory.size() - 1).epoch();
  }

  /** Of a replica that has never been. */
  public static Start empty() {
    return new Start(0, 0, 0, List.of(), 0, 0, 0, 0);
  }

  /**
   * @throws Invariant.Violation when log and store do not belong together: operations are missing
   *     between them (I9), or the store holds what the log has lost (I5)
   */
  public Start {
    epochHistory = List.copyOf(epochHistory);
    Invariant.check(
        0 <= logStartOffset && logStartOffset <= logEndOffset,
        "log start must lie in 0..log end",
        logStartOffset,
        logEndOffset);
    Invariant.check(
        0 <= flushedOffset && flushedOffset <= appliedOffset,
        "flushed offset must lie in 0..applied offset",
        flushedOffset,
        appliedOffset);
    Invariant.check(
        appliedOffset <= logEndOffset,
        "I5: the log ends before what the store holds; applied offset, log end",
        appliedOffset,
        logEndOffset);
    Invariant.check(
        logStartOffset <= appliedOffset,
        "I9: the log begins after what the store holds; log start, applied offset",
        logStartOffset,
        appliedOffset);
    Invariant.check(
        appliedOffset <= highWatermark && highWatermark <= logEndOffset,
        "I2: the high watermark lies in applied offset..log end; high watermark, log end",
        highWatermark,
        logEndOffset);
  }
}
