package io.cairn.replication.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The log of one replica, leader or follower: records in the order of their offsets, and which of
 * them a power cut cannot take away. Each continues the one before it: its base offset is that
 * one's end, its previous CRC that one's CRC, and its epoch is not older (I7).
 *
 * <p>One thread, the log thread, calls {@link #append}, {@link #force}, {@link #truncate}, {@link
 * #trim}, {@link #reset}, {@link #abandon} and {@link #close}. The offsets, epochs and {@link
 * #space} may be read, and readers opened, by any thread.
 *
 * <p>A {@link LogFailedException} is final: the log must not be used any more, and nothing that was
 * not forced before may be acknowledged.
 */
public interface ReplicaLog extends AutoCloseable {

  /** The first offset that is kept. */
  long startOffset();

  /** The offset after the last operation appended. */
  long endOffset();

  /**
   * The offset after the last operation that is on disk. What a reopened log holds is all on disk.
   */
  long durableEndOffset();

  /**
   * CRC of the last record, 0 when there has never been one: the next record's {@code previousCrc}.
   */
  int lastRecordCrc();

  /**
   * Epoch of the last record, also when that has been trimmed or lies before the start of a {@link
   * #reset}; 0 when there is no such record.
   */
  long lastEpoch();

  /**
   * The epochs of the log, oldest first: from an entry's start offset to the next one's, or to the
   * log end, all records are of its epoch.
   *
   * <p>It covers what is kept, and one record more: when {@link #startOffset} is not 0, the first
   * entry is of the record just before it and begins exactly there. So a log that is empty after a
   * {@link #trim} or {@link #reset} still says which epoch it ends in. When the first record kept
   * is of a newer epoch, that entry's range is empty and the next one begins at the same offset.
   * The list is empty only for a log without any record, kept or trimmed.
   */
  List<EpochStart> epochHistory();

  /** An epoch, and where it begins or the log does, whichever is later. */
  record EpochStart(long epoch, long startOffset) {}

  /**
   * Appends a record, which must begin at {@link #endOffset}, continue the chain of CRCs and be of
   * an epoch of at least 1 and not older than {@link #lastEpoch}. Readers see it at once; it is
   * durable after the next {@link #force}.
   */
  void append(LogRecord record);

  /** Brings all that was appended to disk, and raises {@link #durableEndOffset}. */
  void force();

  /**
   * Cuts off everything from this offset on, which must be the base offset of a record or the log
   * end. Durable when it returns; appends go on behind what is kept. A crash before leaves the log
   * cut there or not cut.
   */
  void truncate(long endOffset);

  /**
   * Throws away every record and makes the log an empty one that begins at this offset, as if all
   * before had been trimmed: for a replica whose store came from elsewhere. Durable when it
   * returns; a crash before leaves the old log or the new one, never a mixture.
   *
   * @param previousCrc of the record before the offset, 0 when that is 0
   * @param previousEpoch of the record before the offset, 0 when that is 0, else at least 1
   */
  void reset(long startOffset, int previousCrc, long previousEpoch);

  /**
   * Allows everything below this offset to be deleted; the log deletes whole segments as its
   * retention lets it.
   */
  void trim(long beforeOffset);

  /**
   * Throws when the log has failed, which it may while nothing is asked of it: the disk fails under
   * what the log does in the background. Any thread.
   */
  void checkUsable();

  /** How much room there is for more. It tells nothing of a failure. */
  LogSpace space();

  /** Bytes on disk, filled ahead or not. */
  long sizeBytes();

  /**
   * Reads records in order, beginning with the one that holds the offset.
   *
   * @throws OffsetOutOfRangeException when the offset is below {@link #startOffset} or above {@link
   *     #endOffset}
   */
  Reader read(long fromOffset);

  /**
   * Closes the log as a kill of the process would: nothing more is forced or written, and the next
   * start finds out what is on disk. For when its caller failed in the middle of something, so that
   * what the log believes to hold may not be there.
   */
  void abandon();

  @Override
  void close();

  /**
   * Reads one record after the other. One thread at a time; the log thread may cut, trim or reset
   * the log meanwhile. What a call gives was in the log at a moment of that call.
   */
  interface Reader extends AutoCloseable {
    /**
     * The next record, or null at the log's present end; a later call may find more.
     *
     * <p>A reader stands behind the last record that it has returned, at first at the offset that
     * it was opened with. If the log is cut at that offset or above it, the reader goes on with
     * what is appended there.
     *
     * @throws OffsetOutOfRangeException from now on, when since it was opened the log was cut below
     *     where it stands, was reset, or was trimmed beyond where it stands
     */
    @Nullable LogRecord nextOrNull();

    @Override
    void close();
  }

  /** The disk or the library under the log failed, or what is on disk is not what was written. */
  class LogFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LogFailedException(String message) {
      super(message);
    }

    public LogFailedException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Records that were on disk are damaged or gone: the replica cannot answer for what it had
   * acknowledged, and must be rebuilt.
   */
  final class LogCorruptedException extends LogFailedException {
    private static final long serialVersionUID = 1L;

    public LogCorruptedException(String message) {
      super(message);
    }

    public LogCorruptedException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The offset is not kept any more, or not there yet. */
  final class OffsetOutOfRangeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OffsetOutOfRangeException(String message) {
      super(message);
    }
  }
}
