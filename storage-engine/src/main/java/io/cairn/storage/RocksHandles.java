package io.cairn.storage;

import io.cairn.storage.StoreException.Category;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Every native object of an open store. A call may touch them only between {@link #enter} and
 * {@link #exit}; {@link #close} waits for such calls and then frees all, in the order in which
 * RocksDB needs it: cursors, column families, database, options.
 */
final class RocksHandles {
  private static final String DATA_FAMILY =
      new String(RocksDB.DEFAULT_COLUMN_FAMILY, StandardCharsets.UTF_8);

  final StoreErrors errors;
  final RocksDB db;
  final ColumnFamilyHandle data;
  final ColumnFamilyHandle meta;
  final WriteOptions writeOptions;
  final ReadOptions readOptions;
  final ReadOptions cachedReadOptions;
  final ReadOptions persistedReadOptions;
  final FlushOptions flushOptions;

  private final CloseGuard guard;
  private final Deque<AutoCloseable> owned;
  private final Set<RocksDbCursor> cursors = ConcurrentHashMap.newKeySet();

  static RocksHandles open(Path path, StoreOptions options, StoreResources resources) {
    StoreErrors errors = new StoreErrors("store " + path);
    Deque<AutoCloseable> owned = new ArrayDeque<>();
    try {
      Files.createDirectories(path);
      checkFamilies(path);
      return new RocksHandles(path, options, resources, errors, owned);
    } catch (RocksDBException e) {
      closeAll(owned);
      throw openFailed(path, errors, e);
    } catch (IOException e) {
      closeAll(owned);
      throw new StoreException(
          Category.FAILED, "store " + path + ": its folder cannot be used: " + e, e);
    } catch (RuntimeException e) {
      closeAll(owned);
      throw e;
    }
  }

  private RocksHandles(
      Path path,
      StoreOptions options,
      StoreResources resources,
      StoreErrors errors,
      Deque<AutoCloseable> owned)
      throws RocksDBException {
    this.errors = errors;
    this.owned = owned;
    guard = new CloseGuard("store " + path);
    DBOptions dbOptions = own(resources.use((cache, buffers) -> RocksOptions.db(options, buffers)));
    ColumnFamilyOptions familyOptions =
        own(resources.use((cache, buffers) -> RocksOptions.family(options, cache)));
    writeOptions = own(new WriteOptions().setDisableWAL(true).setNoSlowdown(true));
    readOptions = own(new ReadOptions());
    cachedReadOptions = own(new ReadOptions().setReadTier(ReadTier.BLOCK_CACHE_TIER));
    persistedReadOptions = own(new ReadOptions().setReadTier(ReadTier.PERSISTED_TIER));
    flushOptions = own(new FlushOptions().setWaitForFlush(true));
    List<ColumnFamilyHandle> families = new ArrayList<>();
    db =
        own(
            RocksDB.open(
                dbOptions,
                path.toString(),
                List.of(
                    new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, familyOptions),
                    new ColumnFamilyDescriptor(bytes(StoreFormat.META_FAMILY), familyOptions)),
                families));
    data = own(families.get(0));
    meta = own(families.get(1));
    checkFormat(path);
  }

  private <T extends AutoCloseable> T own(T handle) {
    owned.push(handle);
    return handle;
  }

  /** Refuses a folder that holds something else, before anything in it is touched. */
  private static void checkFamilies(Path path) throws IOException, RocksDBException {
    if (!Files.exists(path.resolve("CURRENT"))) {
      try (DirectoryStream<Path> tables = Files.newDirectoryStream(path, "*.sst")) {
        if (tables.iterator().hasNext()) {
          // RocksDB would take it for a new store and delete the tables.
          throw new StoreException(
              Category.CORRUPTION,
              "store " + path + ": the file CURRENT is missing; rebuild the replica");
        }
      }
      return;
    }
    List<String> found = new ArrayList<>();
    try (Options options = new Options()) {
      for (byte[] name : RocksDB.listColumnFamilies(options, path.toString())) {
        found.add(new String(name, StandardCharsets.UTF_8));
      }
    }
    List<String> known = List.of(DATA_FAMILY, StoreFormat.META_FAMILY);
    // One alone is a store whose creation was cut off.
    if (!known.containsAll(found)) {
      throw new StoreException(
          Category.FAILED,
          "store "
              + path
              + ": it holds the column families "
              + found
              + ", this version knows "
              + known
              + "; it was written by a newer version or by another program");
    }
  }

  private void checkFormat(Path path) throws RocksDBException {
    byte[] format = db.get(meta, readOptions, StoreFormat.FORMAT_KEY);
    if (format == null) {
      if (db.getLatestSequenceNumber() != 0) {
        throw new StoreException(
            Category.FAILED,
            "store " + path + ": it says no format; it was written by another program");
      }
      db.put(
          meta, writeOptions, StoreFormat.FORMAT_KEY, bytes(Integer.toString(StoreFormat.VERSION)));
      flush();
    } else {
      String found = new String(format, StandardCharsets.UTF_8);
      if (!found.equals(Integer.toString(StoreFormat.VERSION))) {
        throw new StoreException(
            Category.FAILED,
            "store "
                + path
                + ": it has format "
                + found
                + ", this version reads format "
                + StoreFormat.VERSION
                + "; use the version that wrote it or a newer one");
      }
    }
  }

  private static StoreException openFailed(Path path, StoreErrors errors, RocksDBException e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("lock file") || message.contains("lock hold by")) {
      return new StoreException(
          Category.FAILED, "store " + path + ": it is open already, here or in another process", e);
    }
    return errors.of("open", e);
  }

  void enter() {
    guard.enter();
  }

  boolean tryEnter() {
    return guard.tryEnter();
  }

  void exit() {
    guard.exit();
  }

  /** Must be entered. */
  void flush() throws RocksDBException {
    refuseAfterBackgroundError();
    db.flush(flushOptions, List.of(data, meta));
  }

  /**
   * While RocksDB is stopped by an error, each flush that is asked for waits in its queue, is tried
   * for one second and keeps the recovery waiting meanwhile: asking often enough ends it. So a
   * write of nothing asks first; it fails with the error that stopped it.
   */
  private void refuseAfterBackgroundError() throws RocksDBException {
    try (WriteBatch nothing = new WriteBatch()) {
      db.write(writeOptions, nothing);
    } catch (RocksDBException e) {
      if (StoreErrors.category(e) != Category.BUSY) {
        throw e;
      }
    }
  }

  /** Must be entered; 0 when there is none. */
  long readAppliedOffset(ReadOptions options) throws RocksDBException {
    byte[] value = db.get(meta, options, StoreFormat.APPLIED_KEY);
    if (value == null) {
      return 0;
    }
    if (value.length != Long.BYTES) {
      throw errors.corruption("its applied offset has " + value.length + " bytes, not 8");
    }
    return (long) StoredValue.LONG.get(value, 0);
  }

  /** Closes the cursor with the store when nobody does before; the store must be entered. */
  void add(RocksDbCursor cursor) {
    cursors.add(cursor);
  }

  void remove(RocksDbCursor cursor) {
    cursors.remove(cursor);
  }

  /**
   * @param last what to do when no call is under way any more, with the objects still there
   */
  void close(Runnable last) {
    if (!guard.closeAndWait()) {
      return;
    }
    try {
      cursors.forEach(RocksDbCursor::free);
      last.run();
    } finally {
      closeAll(owned);
    }
  }

  private static void closeAll(Deque<AutoCloseable> owned) {
    @Nullable RuntimeException failure = null;
    while (!owned.isEmpty()) {
      try {
        owned.pop().close();
      } catch (Exception e) {
        failure = new StoreException(Category.FAILED, "closing a native object failed", e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
