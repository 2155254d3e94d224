package io.cairn.storage;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/** A RocksDB iterator on a snapshot, with all that must live as long as it does. */
final class RocksDbCursor implements StoreCursor {
  private static final int FIRST_KEY_BYTES = 256;
  private static final int FIRST_VALUE_BYTES = 4096;

  private final RocksHandles handles;
  private final boolean reverse;
  private final boolean keysOnly;
  private final Snapshot snapshot;
  private final Slice lowerBound;
  private final Slice upperBound;
  private final ReadOptions options;
  private final long appliedOffset;
  private final RocksIterator iterator;

  private boolean started;
  private boolean ended;
  private boolean freed;

  /** Why it cannot go on; asked again it says so again, and never "the end". */
  private @Nullable StoreException failure;

  private byte[] keyScratch = new byte[FIRST_KEY_BYTES];
  private byte[] valueScratch;
  private byte[] key = new byte[0];
  private @Nullable StoredRecord current;

  /** The store must be entered. */
  RocksDbCursor(RocksHandles handles, ScanRange range) throws RocksDBException {
    this.handles = handles;
    reverse = range.reverse();
    keysOnly = range.keysOnly();
    valueScratch = new byte[keysOnly ? StoredValue.MAX_HEADER_BYTES : FIRST_VALUE_BYTES];
    snapshot = handles.db.getSnapshot();
    lowerBound = new Slice(StoreFormat.lowerBound(range.start()));
    upperBound = new Slice(StoreFormat.upperBound(range.end()));
    options =
        new ReadOptions()
            .setSnapshot(snapshot)
            .setIterateLowerBound(lowerBound)
            .setIterateUpperBound(upperBound);
    try {
      appliedOffset = handles.readAppliedOffset(options);
    } catch (RocksDBException | RuntimeException e) {
      freeAllButIterator();
      throw e;
    }
    iterator = handles.db.newIterator(handles.data, options);
    // Bounds that cross make an iterator that may see keys outside of them.
    ended = range.end().length != 0 && Arrays.compareUnsigned(range.start(), range.end()) >= 0;
    handles.add(this);
  }

  @Override
  public boolean next() {
    handles.enter();
    try {
      if (freed) {
        throw new IllegalStateException("the cursor is closed");
      }
      if (failure != null) {
        throw failure;
      }
      return !ended && step();
    } catch (RocksDBException e) {
      failure = handles.errors.of("scan", e);
      throw failure;
    } finally {
      handles.exit();
    }
  }

  private boolean step() throws RocksDBException {
    if (!started) {
      started = true;
      if (reverse) {
        iterator.seekToLast();
      } else {
        iterator.seekToFirst();
      }
    } else if (reverse) {
      iterator.prev();
    } else {
      iterator.next();
    }
    if (!iterator.isValid()) {
      current = null;
      // A damaged block looks like the end until it is asked.
      iterator.status();
      ended = true;
      return false;
    }
    readKey();
    readValue();
    return true;
  }

  private void readKey() {
    int length = iterator.key(keyScratch, 0, keyScratch.length);
    if (length > keyScratch.length) {
      keyScratch = new byte[Math.max(length, 2 * keyScratch.length)];
      length = iterator.key(keyScratch, 0, keyScratch.length);
    }
    key = Arrays.copyOfRange(keyScratch, 1, length);
  }

  private void readValue() {
    int length = iterator.value(valueScratch, 0, valueScratch.length);
    if (length > valueScratch.length && !keysOnly) {
      valueScratch = new byte[Math.max(length, 2 * valueScratch.length)];
      length = iterator.value(valueScratch, 0, valueScratch.length);
    }
    StoredRecord record = StoredValue.parseOrNull(valueScratch, length, keysOnly);
    current = record;
    if (record == null) {
      failure = handles.errors.corruption(StoredValue.NOT_ONE);
      throw failure;
    }
  }

  @Override
  public byte[] key() {
    record();
    return key;
  }

  @Override
  public StoredRecord record() {
    StoredRecord record = current;
    if (record == null) {
      throw new IllegalStateException("the cursor stands on no record");
    }
    return record;
  }

  @Override
  public long appliedOffset() {
    return appliedOffset;
  }

  /** After the store was closed, which closes its cursors, this does nothing. */
  @Override
  public void close() {
    if (handles.tryEnter()) {
      try {
        handles.remove(this);
        free();
      } finally {
        handles.exit();
      }
    }
  }

  /** For the closing of the store, when no call is under way. */
  void free() {
    if (!freed) {
      freed = true;
      iterator.close();
      freeAllButIterator();
    }
  }

  private void freeAllButIterator() {
    options.close();
    lowerBound.close();
    upperBound.close();
    handles.db.releaseSnapshot(snapshot);
    snapshot.close();
  }
}
