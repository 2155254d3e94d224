package io.cairn.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.WriteBufferManager;

/**
 * RocksDB's options for our stores. Why each is what it is: docs/decisions/0001-rocksdb-options.md.
 *
 * <p>No event listener is set, on purpose: the ones for background errors throw on a failed flush
 * without write-ahead log, and the store then never recovers.
 */
final class RocksOptions {
  private static final long LOG_FILE_BYTES = 4 << 20;
  private static final int LOG_FILES = 3;
  private static final long MANIFEST_FILE_BYTES = 64 << 20;
  private static final long MANIFEST_PREALLOCATED_BYTES = 64 << 10;

  /** Flush after so many range deletes, because reads walk over those in memory. */
  private static final int MAX_RANGE_DELETES_IN_MEMORY = 100;

  private RocksOptions() {}

  static DBOptions db(StoreOptions options, WriteBufferManager writeBuffers) {
    return new DBOptions()
        .setCreateIfMissing(true)
        .setCreateMissingColumnFamilies(true)
        .setAtomicFlush(true)
        .setWriteBufferManager(writeBuffers)
        .setMaxOpenFiles(options.maxOpenFiles())
        .setMaxBackgroundJobs(options.backgroundJobs())
        .setAvoidUnnecessaryBlockingIO(true)
        .setAvoidFlushDuringShutdown(true) // closing flushes before, and learns of a failure
        .setBytesPerSync(1 << 20)
        .setMaxManifestFileSize(MANIFEST_FILE_BYTES)
        .setManifestPreallocationSize(MANIFEST_PREALLOCATED_BYTES)
        .setInfoLogLevel(InfoLogLevel.INFO_LEVEL)
        .setMaxLogFileSize(LOG_FILE_BYTES)
        .setKeepLogFileNum(LOG_FILES);
  }

  static ColumnFamilyOptions family(StoreOptions options, Cache cache) {
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setBlockSize(options.blockBytes())
            .setCacheIndexAndFilterBlocks(true)
            .setCacheIndexAndFilterBlocksWithHighPriority(true)
            .setPinL0FilterAndIndexBlocksInCache(true);
    if (options.bloomBitsPerKey() == 0) {
      return family(options, table);
    }
    try (BloomFilter filter = new BloomFilter(options.bloomBitsPerKey())) {
      return family(options, table.setFilterPolicy(filter));
    }
  }

  private static ColumnFamilyOptions family(StoreOptions options, BlockBasedTableConfig table) {
    // These two have no setter in Java.
    Properties protection = new Properties();
    protection.setProperty("memtable_protection_bytes_per_key", "8");
    protection.setProperty("block_protection_bytes_per_key", "8");
    ColumnFamilyOptions family = ColumnFamilyOptions.getColumnFamilyOptionsFromProps(protection);
    if (family == null) {
      throw new IllegalStateException("RocksDB does not know the options " + protection);
    }
    return family
        .setTableFormatConfig(table)
        .setWriteBufferSize(options.writeBufferBytes())
        .setMaxWriteBufferNumber(options.writeBufferNumber())
        .setMemtableMaxRangeDeletions(MAX_RANGE_DELETES_IN_MEMORY)
        .setLevelCompactionDynamicLevelBytes(true)
        .setMaxBytesForLevelBase(4 * options.writeBufferBytes())
        .setCompressionPerLevel(compression(options.compressionByLevel()));
  }

  private static List<CompressionType> compression(List<StoreOptions.Compression> byLevel) {
    List<CompressionType> types = new ArrayList<>();
    for (int level = 0; level < StoreOptions.MAX_LEVELS; level++) {
      types.add(
          switch (byLevel.get(Math.min(level, byLevel.size() - 1))) {
            case NONE -> CompressionType.NO_COMPRESSION;
            case LZ4 -> CompressionType.LZ4_COMPRESSION;
            case ZSTD -> CompressionType.ZSTD_COMPRESSION;
          });
    }
    return types;
  }
}
