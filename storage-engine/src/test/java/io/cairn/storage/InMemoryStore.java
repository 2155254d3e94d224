package io.cairn.storage;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The store's twin for tests: the same promises without files. What outlives a crash is kept in a
 * {@link Disk}; open another store on it to restart.
 */
public final class InMemoryStore implements KeyValueStore {

  /** What outlives the process. Copied whole at each flush. */
  public static final class Disk {
    private NavigableMap<byte[], StoredRecord> records = newMap();
    private long appliedOffset;
    private boolean open;
  }

  private final Disk disk;
  private final NavigableMap<byte[], StoredRecord> records = newMap();
  private long appliedOffset;
  private boolean closed;
  private @Nullable StoreException refusal;

  public InMemoryStore() {
    this(new Disk());
  }

  public InMemoryStore(Disk disk) {
    if (disk.open) {
      throw new StoreException(StoreException.Category.FAILED, "the disk is in use");
    }
    disk.open = true;
    this.disk = disk;
    records.putAll(disk.records);
    appliedOffset = disk.appliedOffset;
  }

  private static NavigableMap<byte[], StoredRecord> newMap() {
    return new TreeMap<>(Arrays::compareUnsigned);
  }

  /** Loses what is not flushed; the store is closed then. */
  public synchronized void crash() {
    closed = true;
    disk.open = false;
  }

  /** Makes each {@link #apply} throw this until it is null again. */
  public synchronized void refuseApply(@Nullable StoreException exception) {
    refusal = exception;
  }

  @Override
  public synchronized @Nullable StoredRecord get(byte[] key) {
    checkOpen();
    return records.get(key);
  }

  @Override
  public @Nullable StoredRecord getCached(byte[] key) {
    return get(key);
  }

  @Override
  public synchronized void multiGet(List<byte[]> keys, MultiGetVisitor visitor) {
    checkOpen();
    boolean goOn = true;
    for (int i = 0; goOn && i < keys.size(); i++) {
      goOn = visitor.visit(i, records.get(keys.get(i)));
    }
  }

  @Override
  public synchronized StoreCursor scan(ScanRange range) {
    checkOpen();
    NavigableMap<byte[], StoredRecord> view = view(records, range.start(), range.end());
    NavigableMap<byte[], StoredRecord> snapshot = newMap();
    snapshot.putAll(view);
    return new Cursor(
        (range.reverse() ? snapshot.descendingMap() : snapshot).entrySet().iterator(),
        range.keysOnly(),
        appliedOffset);
  }

  private static NavigableMap<byte[], StoredRecord> view(
      NavigableMap<byte[], StoredRecord> map, byte[] start, byte[] end) {
    if (end.length == 0) {
      return map.tailMap(start, true);
    }
    return Arrays.compareUnsigned(start, end) < 0 ? map.subMap(start, true, end, false) : newMap();
  }

  @Override
  public StoreBatch newBatch() {
    return new Batch();
  }

  @Override
  public synchronized void apply(StoreBatch batch, long newAppliedOffset) {
    checkOpen();
    if (!(batch instanceof Batch own)) {
      throw new IllegalArgumentException("the batch was not made by this kind of store");
    }
    if (newAppliedOffset < appliedOffset) {
      throw new IllegalArgumentException(
          "applied offset " + newAppliedOffset + " is below " + appliedOffset);
    }
    if (refusal != null) {
      throw refusal;
    }
    own.changes.forEach(change -> change.accept(records));
    appliedOffset = newAppliedOffset;
  }

  @Override
  public synchronized long appliedOffset() {
    checkOpen();
    return appliedOffset;
  }

  @Override
  public synchronized long flushedOffset() {
    checkOpen();
    return disk.appliedOffset;
  }

  @Override
  public synchronized void flush() {
    checkOpen();
    disk.records = newMap();
    disk.records.putAll(records);
    disk.appliedOffset = appliedOffset;
  }

  /** Writes a folder with one line a key, for looking at; it cannot be opened as a store. */
  @Override
  public synchronized long checkpoint(Path directory) {
    checkOpen();
    try {
      Files.createDirectory(directory);
      List<String> lines = new ArrayList<>();
      records.forEach((key, record) -> lines.add(Arrays.toString(key) + " " + record));
      Files.write(directory.resolve("records"), lines, StandardCharsets.UTF_8);
    } catch (java.io.IOException e) {
      throw new StoreException(StoreException.Category.FAILED, "checkpoint failed: " + e, e);
    }
    return appliedOffset;
  }

  @Override
  public synchronized void verifyChecksums() {
    checkOpen();
  }

  @Override
  public synchronized StoreStatistics statistics() {
    checkOpen();
    return new StoreStatistics(0, 0, records.size(), 0, false, 0);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      flush();
      closed = true;
      disk.open = false;
    }
  }

  private synchronized void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
  }

  private static final class Batch implements StoreBatch {
    private final List<Consumer<NavigableMap<byte[], StoredRecord>>> changes = new ArrayList<>();
    private long sizeBytes;

    @Override
    public void put(
        byte[] array,
        int keyPosition,
        int keyLength,
        int valuePosition,
        int valueLength,
        long version,
        long modifiedMillis,
        long expiryMillis) {
      byte[] key = slice(array, keyPosition, keyLength);
      StoredRecord record =
          new StoredRecord(
              slice(array, valuePosition, valueLength), version, modifiedMillis, expiryMillis);
      changes.add(map -> map.put(key, record));
    }

    @Override
    public void delete(byte[] array, int keyPosition, int keyLength) {
      byte[] key = slice(array, keyPosition, keyLength);
      changes.add(map -> map.remove(key));
    }

    @Override
    public void deleteRange(
        byte[] array, int startPosition, int startLength, int endPosition, int endLength) {
      byte[] start = slice(array, startPosition, startLength);
      byte[] end = slice(array, endPosition, endLength);
      changes.add(map -> view(map, start, end).clear());
    }

    private byte[] slice(byte[] array, int position, int length) {
      sizeBytes += length;
      return Arrays.copyOfRange(array, position, position + length);
    }

    @Override
    public int count() {
      return changes.size();
    }

    @Override
    public long sizeBytes() {
      return sizeBytes;
    }

    @Override
    public void clear() {
      changes.clear();
      sizeBytes = 0;
    }

    @Override
    public void close() {}
  }

  private final class Cursor implements StoreCursor {
    private final Iterator<Map.Entry<byte[], StoredRecord>> entries;
    private final boolean keysOnly;
    private final long offset;
    private boolean cursorClosed;
    private Map.@Nullable Entry<byte[], StoredRecord> current;

    Cursor(Iterator<Map.Entry<byte[], StoredRecord>> entries, boolean keysOnly, long offset) {
      this.entries = entries;
      this.keysOnly = keysOnly;
      this.offset = offset;
    }

    @Override
    public boolean next() {
      checkOpen();
      if (cursorClosed) {
        throw new IllegalStateException("the cursor is closed");
      }
      current = entries.hasNext() ? entries.next() : null;
      return current != null;
    }

    private Map.Entry<byte[], StoredRecord> current() {
      if (current == null) {
        throw new IllegalStateException("the cursor stands on no record");
      }
      return current;
    }

    @Override
    public byte[] key() {
      return current().getKey();
    }

    @Override
    public StoredRecord record() {
      StoredRecord record = current().getValue();
      return keysOnly
          ? new StoredRecord(
              new byte[0], record.version(), record.modifiedMillis(), record.expiryMillis())
          : record;
    }

    @Override
    public long appliedOffset() {
      return offset;
    }

    @Override
    public void close() {
      cursorClosed = true;
    }
  }
}
