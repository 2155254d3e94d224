package io.cairn.storage;

import static io.cairn.storage.StoreTesting.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store under several threads, under more load than it can take, and under a meter. */
class StoreConcurrencyTest {
  @TempDir Path directory;
  private final StoreResources resources = StoreResources.open(StoreTesting.SMALL);

  @AfterEach
  void closeResources() {
    resources.close();
  }

  private KeyValueStore open(StoreOptions options) {
    return RocksDbStore.open(directory.resolve("store"), options, resources);
  }

  /** A native object used after its end would kill this process. */
  @Test
  void closingUnderCallsEndsThemWithoutACrash() throws InterruptedException {
    for (int round = 0; round < 20; round++) {
      KeyValueStore store = open(StoreTesting.SMALL);
      StoreTesting.apply(store, "a", "1", store.appliedOffset());
      List<Runnable> calls =
          List.of(
              () -> store.get(bytes("a")),
              () -> store.multiGet(List.of(bytes("a"), bytes("b"))),
              () -> StoreTesting.scan(store, ScanRange.all()),
              () -> StoreTesting.apply(store, "a", "2", store.appliedOffset()),
              store::statistics,
              store::flushedOffset,
              store::verifyChecksums);
      Queue<Throwable> ends = new ConcurrentLinkedQueue<>();
      CountDownLatch warm = new CountDownLatch(calls.size());
      List<Thread> threads = new ArrayList<>();
      for (Runnable call : calls) {
        Thread thread = new Thread(() -> repeat(call, warm, ends));
        thread.start();
        threads.add(thread);
      }
      warm.await();
      store.close();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(ends).hasSize(calls.size()).allMatch(IllegalStateException.class::isInstance);
    }
  }

  private static void repeat(Runnable call, CountDownLatch warm, Queue<Throwable> ends) {
    try {
      call.run();
      warm.countDown();
      while (true) {
        call.run();
      }
    } catch (Throwable e) {
      warm.countDown();
      ends.add(e);
    }
  }

  @Test
  void readersSeeWholeBatches() {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger seen = new AtomicInteger();
    Queue<String> torn = new ConcurrentLinkedQueue<>();
    try (KeyValueStore store = open(StoreTesting.SMALL);
        StoreBatch batch = store.newBatch()) {
      CompletableFuture<Void> reading =
          CompletableFuture.runAsync(
              () -> {
                while (!stop.get()) {
                  List<String> found = StoreTesting.scan(store, ScanRange.all());
                  List<StoredRecord> gotten = store.multiGet(List.of(bytes("a"), bytes("b")));
                  try (StoreCursor cursor = store.scan(ScanRange.all())) {
                    if (cursor.next() && cursor.record().version() != cursor.appliedOffset() - 1) {
                      torn.add(cursor.record().version() + " at " + cursor.appliedOffset());
                    }
                  }
                  if (!found.isEmpty()
                      && !found.get(0).substring(2).equals(found.get(1).substring(2))) {
                    torn.add("scan " + found);
                  }
                  StoredRecord a = gotten.get(0);
                  StoredRecord b = gotten.get(1);
                  seen.addAndGet(a == null ? 0 : 1);
                  if (a != null && (b == null || a.version() != b.version())) {
                    torn.add("get " + gotten);
                  }
                }
              });
      for (int i = 0; i < 3000 || (seen.get() == 0 && !reading.isDone()); i++) {
        batch.clear();
        StoreTesting.put(batch, bytes("a"), bytes("" + i), i);
        StoreTesting.put(batch, bytes("b"), bytes("" + i), i);
        while (!isApplied(store, batch, i + 1)) {
          Thread.onSpinWait();
        }
      }
      stop.set(true);
      reading.join();
    }
    assertThat(seen).as("times a batch was seen").hasPositiveValue();
    assertThat(torn).isEmpty();
  }

  @Test
  void checkpointsUnderLoadAgreeWithTheirOffset() {
    try (KeyValueStore store = open(StoreTesting.SMALL)) {
      AtomicBoolean stop = new AtomicBoolean();
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(
              () -> {
                try (StoreBatch batch = store.newBatch()) {
                  for (long version = 0; !stop.get(); ) {
                    batch.clear();
                    StoreTesting.put(batch, bytes("k"), bytes("" + version), version);
                    version += isApplied(store, batch, version + 1) ? 1 : 0;
                  }
                }
              });
      await().until(() -> store.appliedOffset() > 0 || writing.isDone());
      for (int i = 0; i < 3; i++) {
        Path copy = directory.resolve("copy" + i);
        long offset = store.checkpoint(copy);
        try (KeyValueStore opened = RocksDbStore.open(copy, StoreTesting.SMALL, resources)) {
          assertThat(opened.appliedOffset()).isEqualTo(offset);
          StoredRecord record = opened.get(bytes("k"));
          assertThat(record).isNotNull();
          assertThat(record.version()).isEqualTo(offset - 1);
        }
      }
      stop.set(true);
      writing.join();
    }
  }

  /** False when the store is busy, as it may be at any time on a slow disk. */
  private static boolean isApplied(KeyValueStore store, StoreBatch batch, long appliedOffset) {
    try {
      store.apply(batch, appliedOffset);
      return true;
    } catch (StoreException refused) {
      assertThat(refused.category()).as("%s", refused).isEqualTo(StoreException.Category.BUSY);
      return false;
    }
  }

  @Test
  void saysBusyInsteadOfWaitingAndLosesNothing() {
    // Batches larger than a write buffer come faster than buffers can be flushed.
    StoreOptions tiny =
        new StoreOptions(
            8 << 20,
            64 << 20,
            64 << 10,
            2,
            4096,
            List.of(StoreOptions.Compression.NONE),
            10,
            100,
            2);
    int busy = 0;
    int applied = 0;
    try (KeyValueStore store = open(tiny);
        StoreBatch batch = store.newBatch()) {
      byte[] value = new byte[1 << 20];
      while (busy == 0 || applied < 10) {
        batch.clear();
        StoreTesting.put(batch, bytes("key" + applied), value, applied);
        if (isApplied(store, batch, applied + 1)) {
          applied++;
        } else {
          assertThat(store.appliedOffset()).isEqualTo(applied);
          busy++;
        }
        assertThat(applied).as("applied without ever being busy").isLessThan(2000);
      }
      for (int i = 0; i < applied; i++) {
        assertThat(store.get(bytes("key" + i))).as("key %s", i).isNotNull();
      }
      assertThat(store.get(bytes("key" + applied))).isNull();
    }
  }

  @Test
  void applyAllocatesNothingPerOperation() {
    try (KeyValueStore store = open(StoreTesting.SMALL.withWriteBufferBytes(32 << 20))) {
      long few = allocatedByApply(store, 1);
      long many = allocatedByApply(store, 1000);
      assertThat(many - few)
          .as("bytes for 999 operations more, of which %s for 1", few)
          .isLessThan(999);
    }
  }

  /** The least of several times, because the virtual machine allocates now and then itself. */
  private static long allocatedByApply(KeyValueStore store, int operations) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    byte[] array = new byte[200];
    long least = Long.MAX_VALUE;
    try (StoreBatch batch = store.newBatch()) {
      for (int round = 0; round < 20; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        batch.clear();
        for (int i = 0; i < operations; i++) {
          batch.put(array, 0, 16, 16, 128, i, i, 0);
        }
        store.apply(batch, store.appliedOffset());
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
    }
    return least;
  }
}
