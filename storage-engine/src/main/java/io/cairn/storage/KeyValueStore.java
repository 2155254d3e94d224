package io.cairn.storage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The committed state of one shard replica: an ordered map from key bytes to {@link StoredRecord},
 * and the offset up to which the log has been applied to it.
 *
 * <p>Keys are ordered by unsigned bytes. One thread at a time may {@link #apply}; everything else
 * may be called by any thread at any time. A closed store throws {@link IllegalStateException}; it
 * never crashes the process.
 *
 * <p>After a crash the store comes back as it was at {@link #appliedOffset}, which may be older
 * than what had been applied but never older than {@link #flushedOffset} was; data and offset
 * always agree.
 */
public interface KeyValueStore extends AutoCloseable {

  /**
   * @return null when the key is absent
   * @throws StoreException when the data is damaged or cannot be read; never an absent key or a
   *     wrong value instead
   */
  @Nullable StoredRecord get(byte[] key);

  /**
   * Like {@link #get}, but never waits for the disk.
   *
   * @return {@link StoredRecord#notCached()} when the answer is not in memory
   */
  @Nullable StoredRecord getCached(byte[] key);

  /**
   * Like {@link #get} for each key, in the same order, all of one moment. Holds one record at a
   * time, so that the visitor can stop before there are too many.
   */
  void multiGet(List<byte[]> keys, MultiGetVisitor visitor);

  /** All of them at once, null where a key is absent; for keys that are few. */
  default List<@Nullable StoredRecord> multiGet(List<byte[]> keys) {
    List<@Nullable StoredRecord> records = new ArrayList<>(keys.size());
    multiGet(keys, (index, record) -> records.add(record));
    return records;
  }

  /** Opens a cursor on a snapshot of this moment. Close it; an open one keeps old data on disk. */
  StoreCursor scan(ScanRange range);

  /** A batch to fill for {@link #apply}, for one thread and for use again and again. */
  StoreBatch newBatch();

  /**
   * Applies a batch and the offset after its last operation as one: after a crash both are there or
   * neither is.
   *
   * @throws StoreException when the store cannot take it; nothing of it is applied then
   */
  void apply(StoreBatch batch, long appliedOffset);

  /** The offset up to which the log is in the store; 0 when new. */
  long appliedOffset();

  /** The offset up to which the log is in the store's files; what lies below may leave the log. */
  long flushedOffset();

  /**
   * Writes memory to files, so that {@link #flushedOffset} reaches what {@link #appliedOffset} is
   * now. Waits.
   */
  void flush();

  /**
   * Makes a consistent copy of the store in a directory that must not exist yet, sharing files
   * where the file system allows it.
   *
   * @return the applied offset of the copy
   */
  long checkpoint(Path directory);

  /**
   * Reads every block of every file and checks its checksum.
   *
   * @throws StoreException naming the damaged file
   */
  void verifyChecksums();

  StoreStatistics statistics();

  /** Waits for calls under way, writes memory to files and closes. Closing twice is allowed. */
  @Override
  void close();
}
