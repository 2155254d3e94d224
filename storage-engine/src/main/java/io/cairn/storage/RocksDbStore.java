package io.cairn.storage;

import io.cairn.storage.StoreException.Category;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Snapshot;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in RocksDB, without RocksDB's own write-ahead log: what is not in files yet comes back
 * from the replica's log. The applied offset is written with the data and flushed with it, in one.
 *
 * <p>No write ever waits: a store that cannot keep up, or whose disk is full, says so by {@link
 * StoreException}.
 */
public final class RocksDbStore implements KeyValueStore {
  private static final Logger LOG = LoggerFactory.getLogger(RocksDbStore.class);

  private static final ThreadLocal<ReadScratch> SCRATCH = ThreadLocal.withInitial(ReadScratch::new);

  private final Path path;
  private final RocksHandles handles;
  private volatile long appliedOffset;

  private RocksDbStore(Path path, RocksHandles handles) {
    this.path = path;
    this.handles = handles;
  }

  /**
   * Opens a store, and makes it when there is none.
   *
   * @param path its folder, for it alone
   * @param resources shared by all stores of a node
   * @throws StoreException when it is damaged, of an unknown format, in use already, or cannot be
   *     read
   */
  public static RocksDbStore open(Path path, StoreOptions options, StoreResources resources) {
    Path absolute = path.toAbsolutePath().normalize();
    RocksHandles handles = RocksHandles.open(absolute, options, resources);
    try {
      RocksDbStore store = new RocksDbStore(absolute, handles);
      store.appliedOffset = handles.readAppliedOffset(handles.readOptions);
      return store;
    } catch (RocksDBException e) {
      handles.close(() -> {});
      throw handles.errors.of("open", e);
    } catch (RuntimeException e) {
      handles.close(() -> {});
      throw e;
    }
  }

  @Override
  public @Nullable StoredRecord get(byte[] key) {
    handles.enter();
    try {
      return read(handles.readOptions, key);
    } catch (RocksDBException e) {
      throw handles.errors.of("get", e);
    } finally {
      handles.exit();
    }
  }

  @Override
  public @Nullable StoredRecord getCached(byte[] key) {
    handles.enter();
    try {
      return read(handles.cachedReadOptions, key);
    } catch (RocksDBException e) {
      if (StoreErrors.isIncomplete(e)) {
        return StoredRecord.notCached();
      }
      throw handles.errors.of("get", e);
    } finally {
      handles.exit();
    }
  }

  @Override
  public void multiGet(List<byte[]> keys, MultiGetVisitor visitor) {
    handles.enter();
    try {
      Snapshot snapshot = handles.db.getSnapshot();
      try (ReadOptions atSnapshot = new ReadOptions().setSnapshot(snapshot)) {
        boolean goOn = true;
        for (int i = 0; goOn && i < keys.size(); i++) {
          goOn = visitor.visit(i, read(atSnapshot, keys.get(i)));
        }
      } finally {
        handles.db.releaseSnapshot(snapshot);
        snapshot.close();
      }
    } catch (RocksDBException e) {
      throw handles.errors.of("get", e);
    } finally {
      handles.exit();
    }
  }

  /** Copies out of RocksDB into an array of this thread, and from there into the result. */
  private @Nullable StoredRecord read(ReadOptions readOptions, byte[] key) throws RocksDBException {
    ReadScratch scratch = SCRATCH.get();
    byte[] storedKey = scratch.storedKey(key);
    int keyLength = key.length + 1;
    byte[] stored = scratch.value;
    int length = handles.db.get(readOptions, storedKey, 0, keyLength, stored, 0, stored.length);
    if (length > stored.length) {
      byte[] large = handles.db.get(readOptions, storedKey, 0, keyLength);
      stored = large == null ? stored : large;
      length = large == null ? RocksDB.NOT_FOUND : large.length;
    }
    if (length == RocksDB.NOT_FOUND) {
      return null;
    }
    StoredRecord record = StoredValue.parseOrNull(stored, length, false);
    if (record == null) {
      throw handles.errors.corruption(StoredValue.NOT_ONE);
    }
    return record;
  }

  @Override
  public StoreCursor scan(ScanRange range) {
    handles.enter();
    try {
      return new RocksDbCursor(handles, range);
    } catch (RocksDBException e) {
      throw handles.errors.of("scan", e);
    } finally {
      handles.exit();
    }
  }

  @Override
  public StoreBatch newBatch() {
    return new RocksDbBatch();
  }

  @Override
  public void apply(StoreBatch batch, long newAppliedOffset) {
    if (!(batch instanceof RocksDbBatch rocksDbBatch)) {
      throw new IllegalArgumentException("the batch was not made by this kind of store");
    }
    if (newAppliedOffset < appliedOffset) {
      throw new IllegalArgumentException(
          "applied offset " + newAppliedOffset + " is below " + appliedOffset);
    }
    handles.enter();
    try (WriteBatch nativeBatch =
        new WriteBatch(rocksDbBatch.seal(handles.meta.getID(), newAppliedOffset))) {
      handles.db.write(handles.writeOptions, nativeBatch);
      appliedOffset = newAppliedOffset;
    } catch (RocksDBException e) {
      throw handles.errors.of("apply", e);
    } finally {
      handles.exit();
    }
  }

  @Override
  public long appliedOffset() {
    handles.enter();
    try {
      return appliedOffset;
    } finally {
      handles.exit();
    }
  }

  @Override
  public long flushedOffset() {
    handles.enter();
    try {
      return handles.readAppliedOffset(handles.persistedReadOptions);
    } catch (RocksDBException e) {
      throw handles.errors.of("reading the flushed offset", e);
    } finally {
      handles.exit();
    }
  }

  @Override
  public void flush() {
    handles.enter();
    try {
      handles.flush();
    } catch (RocksDBException e) {
      throw handles.errors.of("flush", e);
    } finally {
      handles.exit();
    }
  }

  @Override
  public long checkpoint(Path directory) {
    handles.enter();
    try (Checkpoint checkpoint = Checkpoint.create(handles.db)) {
      checkpoint.createCheckpoint(directory.toAbsolutePath().toString());
      return CheckpointReader.appliedOffset(directory.toAbsolutePath());
    } catch (RocksDBException e) {
      throw handles.errors.of("checkpoint into " + directory, e);
    } catch (IOException e) {
      throw new StoreException(
          Category.FAILED, "store " + path + ": checkpoint into " + directory + " failed: " + e, e);
    } finally {
      handles.exit();
    }
  }

  @Override
  public void verifyChecksums() {
    new ChecksumVerifier(handles).verify();
  }

  @Override
  public StoreStatistics statistics() {
    handles.enter();
    try {
      RocksDB db = handles.db;
      return new StoreStatistics(
          db.getAggregatedLongProperty("rocksdb.total-sst-files-size"),
          db.getAggregatedLongProperty("rocksdb.size-all-mem-tables"),
          db.getLongProperty(handles.data, "rocksdb.estimate-num-keys"),
          db.getLongProperty(handles.data, "rocksdb.num-running-compactions"),
          db.getLongProperty(handles.data, "rocksdb.is-write-stopped") != 0,
          db.getLongProperty(handles.data, "rocksdb.background-errors"));
    } catch (RocksDBException e) {
      throw handles.errors.of("reading statistics", e);
    } finally {
      handles.exit();
    }
  }

  @Override
  public void close() {
    handles.close(
        () -> {
          try {
            handles.flush();
          } catch (RocksDBException e) {
            LOG.warn(
                "store {}: closed without writing memory to files, the log has the rest: {}",
                path,
                e.getMessage());
          }
        });
  }

  /** Closes and leaves the files as a crash would; for tests. */
  void crash() {
    handles.close(() -> {});
  }

  /** Arrays of a thread into which RocksDB copies. */
  private static final class ReadScratch {
    /** Values up to this are copied without asking RocksDB twice. */
    private static final int VALUE_BYTES = 16 << 10;

    final byte[] value = new byte[VALUE_BYTES];
    private byte[] storedKey = new byte[256];

    byte[] storedKey(byte[] key) {
      if (key.length + 1 > storedKey.length) {
        storedKey = Arrays.copyOf(storedKey, Math.max(key.length + 1, 2 * storedKey.length));
      }
      storedKey[0] = StoreFormat.KEY_SPACE;
      System.arraycopy(key, 0, storedKey, 1, key.length);
      return storedKey;
    }
  }
}
