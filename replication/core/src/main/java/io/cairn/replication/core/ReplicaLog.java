package io.cairn.replication.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The log of one replica: records in the order of their offsets, and which of them a power cut
 * cannot take away.
 *
 * <p>One thread, the log thread, calls {@link #beginEpoch}, {@link #append}, {@link #force}, {@link
 * #truncate}, {@link #trim}, {@link #abandon} and {@link #close}. The offsets and {@link #space}
 * may be read, and readers opened, by any thread.
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

  /** Newest epoch that was begun, 0 when none was. */
  long lastEpoch();

  /** Every epoch of which records are kept, with its first offset; oldest first. */
  List<EpochStart> epochHistory();

  /** An epoch and the offset of its first record. */
  record EpochStart(long epoch, long startOffset) {}

  /**
   * Starts a new segment at {@link #endOffset}. The epoch must be newer than {@link #lastEpoch}.
   */
  void beginEpoch(long epoch);

  /**
   * Appends a record, which must begin at {@link #endOffset}, carry the current epoch and continue
   * the chain of CRCs. Readers see it at once; it is durable after the next {@link #force}.
   */
  void append(LogRecord record);

  /** Brings all that was appended to disk, and raises {@link #durableEndOffset}. */
  void force();

  /**
   * Cuts off everything from this offset on, which must be the base offset of a record or the log
   * end. Durable when it returns. A later append needs {@link #beginEpoch} first.
   */
  void truncate(long endOffset);

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

  /** Reads one record after the other. One thread at a time. */
  interface Reader extends AutoCloseable {
    /** The next record, or null at the log's present end; a later call may find more. */
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
