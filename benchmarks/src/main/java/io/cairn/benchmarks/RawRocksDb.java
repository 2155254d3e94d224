package io.cairn.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
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
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.FlushOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * What RocksDB costs through its own Java API: write-ahead log off, a bloom filter, all data in the
 * block cache.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 7, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class RawRocksDb {
  static {
    RocksDB.loadLibrary();
  }

  private final LRUCache cache = new LRUCache(256L << 20);
  private final BloomFilter bloomFilter = new BloomFilter(10, false);
  private final Options options =
      new Options()
          .setCreateIfMissing(true)
          .setWriteBufferSize(64L << 20)
          .setTableFormatConfig(
              new BlockBasedTableConfig().setBlockCache(cache).setFilterPolicy(bloomFilter));
  private final WriteOptions writeOptions =
      new WriteOptions().setDisableWAL(true).setNoSlowdown(true);
  private final WriteBatch batch = new WriteBatch();
  private final Dataset dataset = new Dataset();
  private final byte[] offsetKey = {0};
  private final byte[] offsetValue = new byte[8];
  private TemporaryDirectory directory;
  private RocksDB db;

  @Setup
  public void open() throws IOException, RocksDBException {
    directory = new TemporaryDirectory();
    db = RocksDB.open(options, directory.resolve("raw").toString());
    for (int i = 0; i < Dataset.KEYS; i++) {
      db.put(writeOptions, dataset.key(i), dataset.value());
    }
    try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
      db.flush(wait);
    }
  }

  @TearDown
  public void close() {
    db.close();
    batch.close();
    writeOptions.close();
    options.close();
    bloomFilter.close();
    cache.close();
    directory.close();
  }

  /** One operation and the applied offset, written as one. */
  @Benchmark
  public void apply1() throws RocksDBException {
    apply(1);
  }

  /** A group of operations and the applied offset, written as one. */
  @Benchmark
  @OperationsPerInvocation(64)
  public void apply64() throws RocksDBException {
    apply(64);
  }

  private void apply(int operations) throws RocksDBException {
    for (int i = 0; i < operations; i++) {
      batch.put(dataset.nextKey(), dataset.value());
    }
    ByteBuffer.wrap(offsetValue).putLong(dataset.count());
    batch.put(offsetKey, offsetValue);
    db.write(writeOptions, batch);
    batch.clear();
  }

  @Benchmark
  public byte @Nullable [] get() throws RocksDBException {
    return db.get(dataset.nextKey());
  }

  /** The first 100 entries from a random key on. */
  @Benchmark
  public void scan100(Blackhole blackhole) throws RocksDBException {
    try (RocksIterator iterator = db.newIterator()) {
      iterator.seek(dataset.nextKey());
      for (int i = 0; i < 100 && iterator.isValid(); i++) {
        blackhole.consume(iterator.key());
        blackhole.consume(iterator.value());
        iterator.next();
      }
      iterator.status();
    }
  }

  /** All entries, by one iterator. */
  @Benchmark
  @OperationsPerInvocation(Dataset.KEYS)
  public void scanAll(Blackhole blackhole) throws RocksDBException {
    try (RocksIterator iterator = db.newIterator()) {
      for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
        blackhole.consume(iterator.key());
        blackhole.consume(iterator.value());
      }
      iterator.status();
    }
  }
}
