package io.cairn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process halted between two batches, while what it applied is still being flushed, leaves data
 * and applied offset that agree, at or above every flushed offset that it had reported.
 */
class StoreKillTest {
  private static final int RUNS = 4;
  private static final int BATCH = 50;
  private static final int KEYS = 2000;

  /** Small buffers, so that flushes run all the time. */
  private static final StoreOptions OPTIONS = StoreTesting.SMALL.withWriteBufferBytes(64 << 10);

  @TempDir Path directory;

  @Test
  void haltedProcessLeavesDataAndOffsetThatAgree() throws Exception {
    Path path = directory.resolve("store");
    long before = 0;
    for (int run = 1; run <= RUNS; run++) {
      long stopAt = run * (15_000L + 37 * BATCH);
      ChildJvm.Result result =
          ChildJvm.run(Writer.class, List.of(), List.of(path.toString(), Long.toString(stopAt)));
      assertThat(result.exitCode()).as(result.output()).isEqualTo(Writer.HALTED);
      String[] lines = result.output().strip().split("\n", -1);
      long reportedFlushed = Long.parseLong(lines[lines.length - 1]);

      try (StoreResources resources = StoreResources.open(OPTIONS);
          KeyValueStore store = RocksDbStore.open(path, OPTIONS, resources)) {
        long offset = store.appliedOffset();
        assertThat(offset)
            .isBetween(reportedFlushed, stopAt)
            .isGreaterThan(before)
            .isEqualTo(store.flushedOffset());
        assertThat(offset % BATCH).isZero();
        checkContent(store, offset);
        before = offset;
      }
    }
  }

  /** Version v wrote key v % KEYS; so the newest version of each key below the offset is known. */
  private static void checkContent(KeyValueStore store, long offset) {
    for (int key = 0; key < KEYS; key++) {
      long newest = (offset - 1 - key) / KEYS * KEYS + key;
      StoredRecord record = store.get(keyBytes(key));
      assertThat(record).as("key %s at %s", key, offset).isNotNull();
      assertThat(record.version()).as("key %s at %s", key, offset).isEqualTo(newest);
      assertThat(ByteBuffer.wrap(record.value()).getLong()).isEqualTo(newest);
    }
  }

  private static byte[] keyBytes(int key) {
    return ByteBuffer.allocate(4).putInt(key).array();
  }

  /** Goes on where the store stands and halts without closing anything. */
  static final class Writer {
    static final int HALTED = 7;

    private Writer() {}

    public static void main(String[] arguments) {
      long stopAt = Long.parseLong(arguments[1]);
      StoreResources resources = StoreResources.open(OPTIONS);
      KeyValueStore store = RocksDbStore.open(Path.of(arguments[0]), OPTIONS, resources);
      StoreBatch batch = store.newBatch();
      long version = store.appliedOffset();
      while (version < stopAt) {
        batch.clear();
        for (int i = 0; i < BATCH; i++, version++) {
          byte[] value = ByteBuffer.allocate(100).putLong(version).array();
          StoreTesting.put(batch, keyBytes((int) (version % KEYS)), value, version);
        }
        applyWhenNotBusy(store, batch, version);
      }
      System.out.println(store.flushedOffset());
      System.out.flush();
      Runtime.getRuntime().halt(HALTED);
    }

    private static void applyWhenNotBusy(KeyValueStore store, StoreBatch batch, long offset) {
      while (true) {
        try {
          store.apply(batch, offset);
          return;
        } catch (StoreException e) {
          if (e.category() != StoreException.Category.BUSY) {
            throw e;
          }
          Thread.onSpinWait();
        }
      }
    }
  }
}
