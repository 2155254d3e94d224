package io.cairn.storage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Short ways to fill and read a store in tests. */
final class StoreTesting {
  /** Small, so that a test reaches files and evictions. */
  static final StoreOptions SMALL =
      new StoreOptions(
          8 << 20,
          64 << 20,
          1 << 20,
          4,
          4096,
          List.of(StoreOptions.Compression.NONE, StoreOptions.Compression.LZ4),
          10,
          100,
          2);

  private StoreTesting() {}

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static void put(StoreBatch batch, byte[] key, byte[] value, long version) {
    put(batch, key, value, version, 1000 + version, 0);
  }

  static void put(
      StoreBatch batch, byte[] key, byte[] value, long version, long modified, long expiry) {
    // Away from the start of the array, as in a log record.
    byte[] array = new byte[3 + key.length + value.length];
    System.arraycopy(key, 0, array, 3, key.length);
    System.arraycopy(value, 0, array, 3 + key.length, value.length);
    batch.put(array, 3, key.length, 3 + key.length, value.length, version, modified, expiry);
  }

  static void delete(StoreBatch batch, byte[] key) {
    byte[] array = new byte[2 + key.length];
    System.arraycopy(key, 0, array, 2, key.length);
    batch.delete(array, 2, key.length);
  }

  static void deleteRange(StoreBatch batch, byte[] start, byte[] end) {
    byte[] array = new byte[1 + start.length + end.length];
    System.arraycopy(start, 0, array, 1, start.length);
    System.arraycopy(end, 0, array, 1 + start.length, end.length);
    batch.deleteRange(array, 1, start.length, 1 + start.length, end.length);
  }

  /** Puts one text and moves the applied offset to just after its version. */
  static void apply(KeyValueStore store, String key, String value, long version) {
    try (StoreBatch batch = store.newBatch()) {
      put(batch, bytes(key), bytes(value), version);
      store.apply(batch, version + 1);
    }
  }

  /** "key=value" of each record in the order of the scan. */
  static List<String> scan(KeyValueStore store, ScanRange range) {
    List<String> found = new ArrayList<>();
    try (StoreCursor cursor = store.scan(range)) {
      while (cursor.next()) {
        found.add(text(cursor.key()) + "=" + text(cursor.record().value()));
      }
    }
    return found;
  }
}
