package io.cairn.storage;

import static io.cairn.storage.StoreTesting.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.storage.StoreException.Category;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files: an error that says so, never a wrong value, an absent key or an early end. */
class StoreCorruptionTest {
  private static final int KEYS = 2000;

  @TempDir Path directory;
  private final StoreResources resources = StoreResources.open(StoreTesting.SMALL);
  private Path path;

  @BeforeEach
  void fill() {
    path = directory.resolve("store");
    try (KeyValueStore store = open()) {
      fill(store);
    }
  }

  private static void fill(KeyValueStore store) {
    try (StoreBatch batch = store.newBatch()) {
      for (int i = 0; i < KEYS; i++) {
        StoreTesting.put(batch, key(i), value(i), i);
      }
      store.apply(batch, KEYS);
    }
  }

  @AfterEach
  void closeResources() {
    resources.close();
  }

  private KeyValueStore open() {
    return RocksDbStore.open(path, StoreTesting.SMALL, resources);
  }

  private static byte[] key(int i) {
    return bytes(String.format("key%06d", i));
  }

  private static byte[] value(int i) {
    return bytes(("value " + i + " ").repeat(10));
  }

  /** The file that holds the data; the other one holds the offset. */
  private Path dataFile() throws IOException {
    List<Path> tables = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(path, "*.sst")) {
      found.forEach(tables::add);
    }
    tables.sort(Comparator.comparingLong(file -> file.toFile().length()));
    return tables.get(tables.size() - 1);
  }

  private static void flipBit(Path file, long position) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(position);
      int old = bytes.read();
      bytes.seek(position);
      bytes.write(old ^ 0x10);
    }
  }

  @Test
  void everyFlippedBitIsFoundOrHarmless() throws IOException {
    long length = Files.size(dataFile());
    int reported = 0;
    for (long position = 0; position < length; position += length / 12) {
      // A copy each time, because a store that is not damaged may rewrite its files.
      Path damaged = Files.createDirectory(directory.resolve("damaged" + position));
      try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
        for (Path file : files) {
          Files.copy(file, damaged.resolve(file.getFileName()));
        }
      }
      flipBit(damaged.resolve(dataFile().getFileName()), position);
      reported += readEverything(damaged);
    }
    assertThat(reported).isGreaterThan(8);
    assertThat(readEverything(path)).isZero();
  }

  /**
   * Reads in every way, with a cache that has seen nothing before; 1 when damage was reported.
   * Anything wrong fails the test.
   */
  private static int readEverything(Path path) {
    try (StoreResources fresh = StoreResources.open(StoreTesting.SMALL);
        KeyValueStore store = RocksDbStore.open(path, StoreTesting.SMALL, fresh)) {
      boolean reported = false;
      for (boolean reverse : new boolean[] {false, true}) {
        reported |= reported(() -> scan(store, reverse));
      }
      for (int i = 0; i < KEYS; i += 7) {
        int index = i;
        reported |= reported(() -> assertRight(index, store.get(key(index))));
        reported |= reported(() -> assertRight(index, store.multiGet(List.of(key(index))).get(0)));
        reported |=
            reported(
                () -> {
                  StoredRecord cached = store.getCached(key(index));
                  if (cached == null || !cached.isNotCached()) {
                    assertRight(index, cached);
                  }
                });
      }
      return reported ? 1 : 0;
    } catch (StoreException e) {
      assertThat(e.category()).as("%s", e).isEqualTo(Category.CORRUPTION);
      return 1;
    }
  }

  private static boolean reported(Runnable read) {
    try {
      read.run();
      return false;
    } catch (StoreException e) {
      assertThat(e.category()).as("%s", e).isEqualTo(Category.CORRUPTION);
      return true;
    }
  }

  private static void scan(KeyValueStore store, boolean reverse) {
    ScanRange range = reverse ? ScanRange.all().inReverse() : ScanRange.all();
    try (StoreCursor cursor = store.scan(range)) {
      for (int i = 0; i < KEYS; i++) {
        int index = reverse ? KEYS - 1 - i : i;
        boolean found;
        try {
          found = cursor.next();
        } catch (StoreException e) {
          // Asked again it must not say that this was the end.
          assertThatThrownBy(cursor::next).isInstanceOf(StoreException.class);
          throw e;
        }
        assertThat(found).as("record %s", index).isTrue();
        assertThat(cursor.key()).isEqualTo(key(index));
        assertRight(index, cursor.record());
      }
      assertThat(cursor.next()).isFalse();
    }
  }

  private static void assertRight(int index, @Nullable StoredRecord record) {
    assertThat(record).as("record %s", index).isNotNull();
    assertThat(record.value()).isEqualTo(value(index));
    assertThat(record.version()).isEqualTo(index);
  }

  @Test
  void verifyNamesTheDamagedFile() throws IOException {
    Path file = dataFile();
    flipBit(file, Files.size(file) / 2);
    try (KeyValueStore store = open()) {
      assertThatThrownBy(store::verifyChecksums)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("file " + file + " is damaged")
          .hasMessageEndingWith("rebuild the replica")
          .extracting(e -> ((StoreException) e).category())
          .isEqualTo(Category.CORRUPTION);
    }
  }

  @Test
  void verifyFindsDamageThatCachesHide() throws IOException {
    path = directory.resolve("other");
    // The cursor keeps RocksDB from rewriting the file.
    try (KeyValueStore store = open();
        StoreCursor pin = store.scan(ScanRange.all())) {
      assertThat(pin.next()).isFalse();
      fill(store);
      store.flush();
      scan(store, false);
      store.verifyChecksums();
      Path file = dataFile();
      flipBit(file, Files.size(file) / 2);
      scan(store, false);
      assertThatThrownBy(store::verifyChecksums).hasMessageContaining(file.toString());
      Files.delete(file);
      assertThatThrownBy(store::verifyChecksums)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining(file.toString())
          .extracting(e -> ((StoreException) e).category())
          .isEqualTo(Category.CORRUPTION);
      // What cannot be read need not be damaged.
      Files.createDirectory(file);
      assertThatThrownBy(store::verifyChecksums)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining(file.toString())
          .extracting(e -> ((StoreException) e).category())
          .isEqualTo(Category.FAILED);
      Files.delete(file);
    }
  }

  @Test
  void refusesToOpenWithoutATable() throws IOException {
    Files.delete(dataFile());
    assertThatThrownBy(this::readAll).isInstanceOf(StoreException.class);
  }

  @Test
  void refusesToOpenWithATruncatedTable() throws IOException {
    Path file = dataFile();
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.setLength(bytes.length() / 2);
    }
    assertThatThrownBy(this::readAll).isInstanceOf(StoreException.class);
  }

  @Test
  void refusesToTakeAStoreWithoutCurrentForANewOne() throws IOException {
    Path file = dataFile();
    Files.delete(path.resolve("CURRENT"));
    assertThatThrownBy(this::open)
        .isInstanceOf(StoreException.class)
        .hasMessage("store " + path + ": the file CURRENT is missing; rebuild the replica");
    assertThat(file).exists();
  }

  @Test
  void refusesADamagedManifest() throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(path, "MANIFEST-*")) {
      for (Path manifest : found) {
        flipBit(manifest, 20);
      }
    }
    assertThatThrownBy(this::open)
        .isInstanceOf(StoreException.class)
        .extracting(e -> ((StoreException) e).category())
        .isEqualTo(Category.CORRUPTION);
  }

  private void readAll() {
    try (KeyValueStore store = open()) {
      scan(store, false);
    }
  }
}
