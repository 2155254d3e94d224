package io.cairn.storage;

import static io.cairn.storage.StoreTesting.apply;
import static io.cairn.storage.StoreTesting.bytes;
import static io.cairn.storage.StoreTesting.delete;
import static io.cairn.storage.StoreTesting.deleteRange;
import static io.cairn.storage.StoreTesting.put;
import static io.cairn.storage.StoreTesting.scan;
import static io.cairn.storage.StoreTesting.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every store promises; run on each of them. */
abstract class KeyValueStoreContract {
  @TempDir Path directory;
  KeyValueStore store;

  /** Opens the store; the second time it is the same one again. */
  abstract KeyValueStore open();

  /** Ends the store like a crash would: nothing more gets into its files. */
  abstract void crash(KeyValueStore running);

  @BeforeEach
  void openStore() {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void returnsWhatWasPut() {
    try (StoreBatch batch = store.newBatch()) {
      put(batch, bytes("k"), bytes("v"), 7, 1234, 0);
      put(batch, bytes("expiring"), bytes("w"), 8, 1235, 99_999);
      store.apply(batch, 9);
    }

    StoredRecord record = store.get(bytes("k"));
    assertThat(record).isNotNull();
    assertThat(text(record.value())).isEqualTo("v");
    assertThat(record.version()).isEqualTo(7);
    assertThat(record.modifiedMillis()).isEqualTo(1234);
    assertThat(record.expiryMillis()).isZero();
    StoredRecord expiring = store.get(bytes("expiring"));
    assertThat(expiring).isNotNull();
    assertThat(expiring.expiryMillis()).isEqualTo(99_999);
    assertThat(text(expiring.value())).isEqualTo("w");
    assertThat(store.get(bytes("absent"))).isNull();
    assertThat(store.appliedOffset()).isEqualTo(9);
  }

  @Test
  void keepsEmptyAndLargeValuesAndKeysOfAnyBytes() {
    byte[] large = new byte[1 << 20];
    large[12345] = 1;
    byte[] zeros = new byte[3];
    byte[] ones = {(byte) 0xff, (byte) 0xff, (byte) 0xff};
    byte[] longKey = new byte[64 << 10];
    try (StoreBatch batch = store.newBatch()) {
      put(batch, zeros, new byte[0], 0);
      put(batch, ones, large, 1);
      put(batch, longKey, bytes("long"), 2);
      store.apply(batch, 3);
    }

    for (StoredRecord record : store.multiGet(List.of(zeros, ones, longKey))) {
      assertThat(record).isNotNull();
    }
    assertThat(store.get(zeros)).extracting(StoredRecord::value).isEqualTo(new byte[0]);
    assertThat(store.get(ones)).extracting(StoredRecord::value).isEqualTo(large);
    assertThat(store.get(longKey)).extracting(StoredRecord::value).isEqualTo(bytes("long"));
    try (StoreCursor cursor = store.scan(ScanRange.all())) {
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.key()).isEqualTo(zeros);
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.key()).isEqualTo(longKey);
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.key()).isEqualTo(ones);
      assertThat(cursor.record().value()).isEqualTo(large);
      assertThat(cursor.next()).isFalse();
    }
  }

  @Test
  void appliesInOrder() {
    try (StoreBatch batch = store.newBatch()) {
      put(batch, bytes("a"), bytes("1"), 0);
      put(batch, bytes("a"), bytes("2"), 1);
      put(batch, bytes("b"), bytes("3"), 2);
      delete(batch, bytes("b"));
      put(batch, bytes("c"), bytes("4"), 4);
      deleteRange(batch, bytes("c"), bytes("d"));
      put(batch, bytes("d"), bytes("5"), 6);
      delete(batch, bytes("never there"));
      assertThat(batch.count()).isEqualTo(8);
      assertThat(batch.sizeBytes()).isPositive();
      store.apply(batch, 8);
    }

    assertThat(scan(store, ScanRange.all())).containsExactly("a=2", "d=5");
  }

  @Test
  void usesABatchAgain() {
    try (StoreBatch batch = store.newBatch()) {
      put(batch, bytes("a"), new byte[300_000], 0);
      store.apply(batch, 1);
      batch.clear();
      assertThat(batch.count()).isZero();
      put(batch, bytes("b"), bytes("2"), 1);
      store.apply(batch, 2);
      delete(batch, bytes("a"));
      store.apply(batch, 3);
    }

    assertThat(scan(store, ScanRange.all())).containsExactly("b=2");
    assertThat(store.appliedOffset()).isEqualTo(3);
  }

  @Test
  void appliesAnOffsetWithoutOperations() {
    try (StoreBatch batch = store.newBatch()) {
      store.apply(batch, 5);
      store.apply(batch, 5);
      assertThatThrownBy(() -> store.apply(batch, 4))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("applied offset 4 is below 5");
    }

    assertThat(store.appliedOffset()).isEqualTo(5);
  }

  @Test
  void deletesRanges() {
    fill("a", "b", "c", "d");
    byte[] afterAll = {(byte) 0xff, (byte) 0xff, 1};

    deleteAndExpect(bytes("c"), bytes("b"), "a", "b", "c", "d"); // ends before it starts
    deleteAndExpect(bytes("b"), bytes("b"), "a", "b", "c", "d");
    deleteAndExpect(bytes("b"), bytes("c"), "a", "c", "d");
    deleteAndExpect(new byte[0], bytes("c"), "c", "d");
    deleteAndExpect(bytes("d"), new byte[0], "c");
    try (StoreBatch batch = store.newBatch()) {
      put(batch, afterAll, bytes("x"), 20);
      store.apply(batch, 21);
    }
    deleteAndExpect(new byte[0], new byte[0]);
  }

  private void deleteAndExpect(byte[] start, byte[] end, String... left) {
    try (StoreBatch batch = store.newBatch()) {
      deleteRange(batch, start, end);
      store.apply(batch, store.appliedOffset() + 1);
    }
    assertThat(scan(store, ScanRange.all()))
        .isEqualTo(List.of(left).stream().map(key -> key + "=" + key).toList());
  }

  private void fill(String... keys) {
    for (String key : keys) {
      apply(store, key, key, store.appliedOffset());
    }
  }

  @Test
  void scansRangesInBothDirections() {
    fill("a", "b", "ba", "bb", "c");
    ScanRange range = new ScanRange(bytes("b"), bytes("c"), false, false);

    assertThat(scan(store, range)).containsExactly("b=b", "ba=ba", "bb=bb");
    assertThat(scan(store, range.inReverse())).containsExactly("bb=bb", "ba=ba", "b=b");
    assertThat(scan(store, range.withKeysOnly())).containsExactly("b=", "ba=", "bb=");
    assertThat(scan(store, ScanRange.prefix(bytes("b")))).containsExactly("b=b", "ba=ba", "bb=bb");
    assertThat(scan(store, ScanRange.prefix(bytes("x")))).isEmpty();
    assertThat(scan(store, ScanRange.all().inReverse().withKeysOnly()))
        .containsExactly("c=", "bb=", "ba=", "b=", "a=");
    assertThat(scan(store, new ScanRange(bytes("bb"), new byte[0], false, false)))
        .containsExactly("bb=bb", "c=c");
    assertThat(scan(store, new ScanRange(new byte[0], bytes("b"), true, false)))
        .containsExactly("a=a");
    for (boolean reverse : new boolean[] {false, true}) {
      assertThat(scan(store, new ScanRange(bytes("c"), bytes("b"), reverse, false))).isEmpty();
      assertThat(scan(store, new ScanRange(bytes("b"), bytes("b"), reverse, false))).isEmpty();
    }
  }

  @Test
  void scansPrefixesOfOnes() {
    byte[] ones = {(byte) 0xff};
    byte[] more = {(byte) 0xff, (byte) 0xff, 5};
    try (StoreBatch batch = store.newBatch()) {
      put(batch, bytes("a"), bytes("1"), 0);
      put(batch, ones, bytes("2"), 1);
      put(batch, more, bytes("3"), 2);
      store.apply(batch, 3);
    }

    try (StoreCursor cursor = store.scan(ScanRange.prefix(ones))) {
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.key()).isEqualTo(ones);
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.key()).isEqualTo(more);
      assertThat(cursor.next()).isFalse();
    }
  }

  @Test
  void cursorWithKeysOnlyTellsVersions() {
    try (StoreBatch batch = store.newBatch()) {
      put(batch, bytes("k"), new byte[10_000], 3, 4, 5);
      store.apply(batch, 4);
    }

    try (StoreCursor cursor = store.scan(ScanRange.all().withKeysOnly())) {
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.record())
          .usingRecursiveComparison()
          .isEqualTo(new StoredRecord(new byte[0], 3, 4, 5));
    }
  }

  @Test
  void cursorSeesOneMoment() {
    fill("a", "b");
    try (StoreCursor cursor = store.scan(ScanRange.all())) {
      apply(store, "a", "changed", 2);
      apply(store, "c", "new", 3);
      store.flush();
      assertThat(cursor.appliedOffset()).isEqualTo(2);
      assertThat(cursor.next()).isTrue();
      assertThat(text(cursor.record().value())).isEqualTo("a");
      assertThat(cursor.next()).isTrue();
      assertThat(text(cursor.key())).isEqualTo("b");
      assertThat(cursor.next()).isFalse();
      assertThat(cursor.next()).isFalse();
      assertThatThrownBy(cursor::key).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(cursor::record).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void cursorStandsOnNothingBeforeTheFirstStepAndAfterClosing() {
    fill("a");
    StoreCursor cursor = store.scan(ScanRange.all());
    assertThatThrownBy(cursor::record).isInstanceOf(IllegalStateException.class);
    cursor.close();
    cursor.close();
    assertThatThrownBy(cursor::next).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void multiGetKeepsTheOrder() {
    fill("a", "c");

    List<StoredRecord> found =
        store.multiGet(List.of(bytes("c"), bytes("b"), bytes("a"), bytes("c")));

    assertThat(found).hasSize(4);
    assertThat(found.get(1)).isNull();
    assertThat(found.get(0)).extracting(StoredRecord::version).isEqualTo(1L);
    assertThat(found.get(2)).extracting(StoredRecord::version).isEqualTo(0L);
    assertThat(found.get(3)).extracting(StoredRecord::version).isEqualTo(1L);
    assertThat(store.multiGet(List.of())).isEmpty();
  }

  @Test
  void multiGetReadsNoFurtherThanItsVisitorWants() {
    fill("a");
    List<Integer> visited = new ArrayList<>();
    store.multiGet(
        List.of(bytes("a"), bytes("b"), bytes("a")),
        (index, record) -> {
          visited.add(index);
          return record != null;
        });
    assertThat(visited).containsExactly(0, 1);
  }

  @Test
  void getCachedAnswersFromMemory() {
    fill("a");

    StoredRecord record = store.getCached(bytes("a"));

    assertThat(record).isNotNull();
    assertThat(text(record.value())).isEqualTo("a");
    assertThat(store.getCached(bytes("absent"))).isNull();
  }

  @Test
  void closingKeepsEverything() {
    fill("a", "b");
    store.close();
    store.close();

    store = open();

    assertThat(store.appliedOffset()).isEqualTo(2);
    assertThat(store.flushedOffset()).isEqualTo(2);
    assertThat(scan(store, ScanRange.all())).containsExactly("a=a", "b=b");
  }

  @Test
  void crashKeepsWhatWasFlushedWithItsOffset() {
    assertThat(store.flushedOffset()).isZero();
    fill("a", "b");
    store.flush();
    assertThat(store.flushedOffset()).isEqualTo(2);
    fill("c");
    apply(store, "a", "changed", 3);
    assertThat(store.flushedOffset()).isEqualTo(2);
    assertThat(store.appliedOffset()).isEqualTo(4);

    crash(store);
    store = open();

    assertThat(store.appliedOffset()).isEqualTo(2);
    assertThat(store.flushedOffset()).isEqualTo(2);
    assertThat(scan(store, ScanRange.all())).containsExactly("a=a", "b=b");
  }

  @Test
  void closedStoreRefusesEverything() {
    fill("a");
    StoreBatch batch = store.newBatch();
    StoreCursor cursor = store.scan(ScanRange.all());
    store.close();

    List<org.assertj.core.api.ThrowableAssert.ThrowingCallable> calls =
        List.of(
            () -> store.get(bytes("a")),
            () -> store.getCached(bytes("a")),
            () -> store.multiGet(List.of(bytes("a"))),
            () -> store.scan(ScanRange.all()),
            () -> store.apply(batch, 2),
            () -> store.appliedOffset(),
            () -> store.flushedOffset(),
            () -> store.flush(),
            () -> store.checkpoint(directory.resolve("late")),
            () -> store.verifyChecksums(),
            () -> store.statistics(),
            () -> cursor.next());
    for (int i = 0; i < calls.size(); i++) {
      assertThatThrownBy(calls.get(i)).as("call %s", i).isInstanceOf(IllegalStateException.class);
    }
    cursor.close();
    batch.close();
  }

  @Test
  void checkpointTellsItsOffset() {
    fill("a", "b");
    Path copy = directory.resolve("copy");

    assertThat(store.checkpoint(copy)).isEqualTo(2);

    assertThat(Files.isDirectory(copy)).isTrue();
    assertThatThrownBy(() -> store.checkpoint(copy)).isInstanceOf(StoreException.class);
    assertThat(store.get(bytes("a"))).isNotNull();
  }

  @Test
  void verifiesAndCounts() {
    fill("a", "b");
    store.flush();

    store.verifyChecksums();

    assertThat(store.statistics().estimatedKeys()).isEqualTo(2);
    assertThat(store.statistics().writesStopped()).isFalse();
    assertThat(store.statistics().backgroundErrors()).isZero();
  }

  @Test
  void refusesABatchOfAnotherKind() {
    try (StoreBatch other =
        store instanceof InMemoryStore ? new RocksDbBatch() : new InMemoryStore().newBatch()) {
      assertThatThrownBy(() -> store.apply(other, 1)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
