package io.cairn.benchmarks;

import io.cairn.storage.KeyValueStore;
import io.cairn.storage.RocksDbStore;
import io.cairn.storage.ScanRange;
import io.cairn.storage.StoreBatch;
import io.cairn.storage.StoreCursor;
import io.cairn.storage.StoreOptions;
import io.cairn.storage.StoreResources;
import io.cairn.storage.StoredRecord;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** The store with its default options, against {@link RawRocksDb}, which does the same. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 7, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class StoreBenchmark {
  private static final byte[] TO_THE_END = new byte[0];

  private final Dataset dataset = new Dataset();
  private final StoreOptions options =
      StoreOptions.defaults().withWriteBufferBytes(64L << 20); // as the baseline has
  private final byte[] record = new byte[Dataset.KEY_BYTES + Dataset.VALUE_BYTES];
  private TemporaryDirectory directory;
  private StoreResources resources;
  private KeyValueStore store;
  private StoreBatch batch;

  @Setup
  public void open() throws IOException {
    directory = new TemporaryDirectory();
    resources = StoreResources.open(options);
    store = RocksDbStore.open(directory.resolve("store"), options, resources);
    batch = store.newBatch();
    System.arraycopy(dataset.value(), 0, record, Dataset.KEY_BYTES, Dataset.VALUE_BYTES);
    for (int i = 0; i < Dataset.KEYS; i++) {
      put(dataset.key(i), i);
    }
    store.apply(batch, 0);
    batch.clear();
    store.flush();
    // Brings every block into the cache. A scan would too, but the end of its snapshot lets RocksDB
    // rewrite the file, and getCached would find none of it.
    for (int i = 0; i < Dataset.KEYS; i++) {
      if (store.get(dataset.key(i)) == null) {
        throw new IllegalStateException("key " + i + " is missing");
      }
    }
  }

  @TearDown
  public void close() {
    batch.close();
    store.close();
    resources.close();
    directory.close();
  }

  private void put(byte[] key, long version) {
    System.arraycopy(key, 0, record, 0, Dataset.KEY_BYTES);
    batch.put(
        record, 0, Dataset.KEY_BYTES, Dataset.KEY_BYTES, Dataset.VALUE_BYTES, version, version, 0);
  }

  @Benchmark
  public void apply1() {
    apply(1);
  }

  @Benchmark
  @OperationsPerInvocation(64)
  public void apply64() {
    apply(64);
  }

  private void apply(int operations) {
    Planted.maybeSlowDown(operations);
    for (int i = 0; i < operations; i++) {
      put(dataset.nextKey(), dataset.count());
    }
    store.apply(batch, dataset.count());
    batch.clear();
  }

  @Benchmark
  public @Nullable StoredRecord get() {
    Planted.maybeSlowDown();
    return store.get(dataset.nextKey());
  }

  /** All data is in the block cache. */
  @Benchmark
  public StoredRecord getCached() {
    Planted.maybeSlowDown();
    StoredRecord found = store.getCached(dataset.nextKey());
    if (found == null || found.isNotCached()) {
      throw new IllegalStateException("not in the cache");
    }
    return found;
  }

  /** The first 100 records from a random key on. */
  @Benchmark
  public void scan100(Blackhole blackhole) {
    Planted.maybeSlowDown();
    try (StoreCursor cursor =
        store.scan(new ScanRange(dataset.nextKey(), TO_THE_END, false, false))) {
      for (int i = 0; i < 100 && cursor.next(); i++) {
        blackhole.consume(cursor.key());
        blackhole.consume(cursor.record());
      }
    }
  }
}
