package io.cairn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/**
 * Random histories on the store and on a sorted map must look the same: batches of puts, deletes
 * and range deletes over few keys of awkward bytes, with flushes, restarts and crashes in between.
 */
class StoreModelProperties {
  private static final byte[][] KEYS = keys();

  private static byte[][] keys() {
    byte[] alphabet = {0, 1, 'a', (byte) 0xfe, (byte) 0xff};
    List<byte[]> keys = new ArrayList<>();
    for (byte first : alphabet) {
      keys.add(new byte[] {first});
      for (byte second : alphabet) {
        keys.add(new byte[] {first, second});
        keys.add(new byte[] {first, second, first});
      }
    }
    return keys.toArray(byte[][]::new);
  }

  @Property(tries = 5)
  void behavesLikeASortedMap(@ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int steps)
      throws IOException {
    Path directory = Files.createTempDirectory("cairn-store-model");
    try (StoreResources resources = StoreResources.open(StoreTesting.SMALL)) {
      new History(directory, resources, new Random(seed)).run(steps);
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** One history on three: RocksDB, its twin and the map. */
  private static final class History {
    private final Path directory;
    private final StoreResources resources;
    private final Random random;
    private final InMemoryStore.Disk disk = new InMemoryStore.Disk();
    private final NavigableMap<byte[], StoredRecord> model = newMap();
    private final NavigableMap<byte[], StoredRecord> flushedModel = newMap();
    private RocksDbStore store;
    private InMemoryStore twin;
    private long offset;
    private long flushedOffset;

    History(Path directory, StoreResources resources, Random random) {
      this.directory = directory;
      this.resources = resources;
      this.random = random;
      store = openStore();
      twin = new InMemoryStore(disk);
    }

    private static NavigableMap<byte[], StoredRecord> newMap() {
      return new TreeMap<>(Arrays::compareUnsigned);
    }

    private RocksDbStore openStore() {
      return RocksDbStore.open(directory.resolve("store"), StoreTesting.SMALL, resources);
    }

    void run(int steps) {
      for (int i = 0; i < steps; i++) {
        switch (random.nextInt(12)) {
          case 0 -> flush();
          case 1 -> reopen();
          case 2 -> crash();
          case 3 -> compareScan(ScanRange.all());
          case 4 -> compareScan(new ScanRange(bound(), bound(), false, random.nextBoolean()));
          case 5 -> compareScan(new ScanRange(bound(), bound(), true, random.nextBoolean()));
          case 6 -> compareScan(ScanRange.prefix(key()));
          default -> apply();
        }
        comparePoints();
      }
      compareScan(ScanRange.all());
      compareScan(ScanRange.all().inReverse());
      store.close();
      twin.close();
    }

    private byte[] key() {
      return KEYS[random.nextInt(KEYS.length)];
    }

    private byte[] bound() {
      return random.nextInt(5) == 0 ? new byte[0] : key();
    }

    private void apply() {
      try (StoreBatch batch = store.newBatch();
          StoreBatch twinBatch = twin.newBatch()) {
        int count = random.nextInt(20);
        for (int i = 0; i < count; i++) {
          change(batch, twinBatch);
          offset++;
        }
        store.apply(batch, offset);
        twin.apply(twinBatch, offset);
      }
    }

    private void change(StoreBatch batch, StoreBatch twinBatch) {
      byte[] key = key();
      int kind = random.nextInt(20);
      if (kind == 0) {
        byte[] start = bound();
        byte[] end = bound();
        StoreTesting.deleteRange(batch, start, end);
        StoreTesting.deleteRange(twinBatch, start, end);
        model
            .keySet()
            .removeIf(
                each ->
                    Arrays.compareUnsigned(each, start) >= 0
                        && (end.length == 0 || Arrays.compareUnsigned(each, end) < 0));
      } else if (kind < 5) {
        StoreTesting.delete(batch, key);
        StoreTesting.delete(twinBatch, key);
        model.remove(key);
      } else {
        byte[] value = new byte[random.nextInt(10) == 0 ? random.nextInt(40_000) : kind];
        random.nextBytes(value);
        long modified = random.nextLong();
        long expiry = random.nextInt(3) == 0 ? random.nextLong() : 0;
        StoreTesting.put(batch, key, value, offset, modified, expiry);
        StoreTesting.put(twinBatch, key, value, offset, modified, expiry);
        model.put(key, new StoredRecord(value, offset, modified, expiry));
      }
    }

    private void flush() {
      store.flush();
      twin.flush();
      rememberFlushed();
    }

    private void rememberFlushed() {
      flushedOffset = offset;
      flushedModel.clear();
      flushedModel.putAll(model);
    }

    private void reopen() {
      store.close();
      twin.close();
      rememberFlushed();
      store = openStore();
      twin = new InMemoryStore(disk);
    }

    private void crash() {
      store.crash();
      twin.crash();
      store = openStore();
      twin = new InMemoryStore(disk);
      offset = flushedOffset;
      model.clear();
      model.putAll(flushedModel);
    }

    private void comparePoints() {
      for (KeyValueStore each : List.of(store, twin)) {
        assertThat(each.appliedOffset()).isEqualTo(offset);
        assertThat(each.flushedOffset()).isEqualTo(flushedOffset);
        List<byte[]> keys = List.of(key(), key(), key());
        List<StoredRecord> found = each.multiGet(keys);
        for (int i = 0; i < keys.size(); i++) {
          assertSame(found.get(i), model.get(keys.get(i)));
          assertSame(each.get(keys.get(i)), model.get(keys.get(i)));
          StoredRecord cached = each.getCached(keys.get(i));
          if (cached == null || !cached.isNotCached()) {
            assertSame(cached, model.get(keys.get(i)));
          }
        }
      }
    }

    private static void assertSame(@Nullable StoredRecord actual, @Nullable StoredRecord expected) {
      assertThat(actual).usingRecursiveComparison().isEqualTo(expected);
    }

    private void compareScan(ScanRange range) {
      List<byte[]> expected =
          new ArrayList<>(
              model.keySet().stream()
                  .filter(
                      key ->
                          Arrays.compareUnsigned(key, range.start()) >= 0
                              && (range.end().length == 0
                                  || Arrays.compareUnsigned(key, range.end()) < 0))
                  .toList());
      if (range.reverse()) {
        Collections.reverse(expected);
      }
      for (KeyValueStore each : List.of(store, twin)) {
        try (StoreCursor cursor = each.scan(range)) {
          assertThat(cursor.appliedOffset()).isEqualTo(offset);
          for (byte[] key : expected) {
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.key()).isEqualTo(key);
            StoredRecord record = model.get(key);
            assertThat(record).isNotNull();
            assertSame(
                cursor.record(),
                range.keysOnly()
                    ? new StoredRecord(
                        new byte[0],
                        record.version(),
                        record.modifiedMillis(),
                        record.expiryMillis())
                    : record);
          }
          assertThat(cursor.next()).isFalse();
        }
      }
    }
  }
}
