package io.cairn.storage;

import java.util.List;

/**
 * How stores are kept on disk and in memory. Checked when made. Why each default is what it is:
 * docs/decisions/0001-rocksdb-options.md.
 *
 * @param blockCacheBytes node-wide: memory for blocks read from files, shared by all stores
 * @param writeBuffersBytes node-wide: memory for what is not yet in files; beyond it stores flush
 *     early
 * @param writeBufferBytes per store: what is applied between two flushes, in bytes of memory, and
 *     so what a restart after a crash replays from the log
 * @param writeBufferNumber per store: write buffers being filled or flushed at once; when all are
 *     full the store is BUSY
 * @param blockBytes size of a data block in a file, before compression
 * @param compressionByLevel compression of the levels from the newest down; the last entry holds
 *     for all levels below too
 * @param bloomBitsPerKey memory for filters that save reads of absent keys; 0 for no filter
 * @param maxOpenFiles per store: files held open; -1 for all of them
 * @param backgroundJobs per store: flushes and compactions at once; threads are shared by all
 *     stores
 */
public record StoreOptions(
    long blockCacheBytes,
    long writeBuffersBytes,
    long writeBufferBytes,
    int writeBufferNumber,
    int blockBytes,
    List<Compression> compressionByLevel,
    int bloomBitsPerKey,
    int maxOpenFiles,
    int backgroundJobs) {

  /** How the blocks of a level are compressed. */
  public enum Compression {
    NONE,
    /** Fast to read and write. */
    LZ4,
    /** Smaller, and several times slower to read. */
    ZSTD
  }

  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;
  private static final long GIB = 1024 * MIB;

  static final int MAX_LEVELS = 7;

  public StoreOptions {
    compressionByLevel = List.copyOf(compressionByLevel);
    check("blockCacheBytes", blockCacheBytes, MIB, 1024 * GIB);
    check("writeBuffersBytes", writeBuffersBytes, MIB, 1024 * GIB);
    check("writeBufferBytes", writeBufferBytes, 64 * KIB, GIB);
    check("writeBufferNumber", writeBufferNumber, 2, 64);
    check("blockBytes", blockBytes, KIB, 4 * MIB);
    check("levels in compressionByLevel", compressionByLevel.size(), 1, MAX_LEVELS);
    check("bloomBitsPerKey", bloomBitsPerKey, 0, 64);
    check("backgroundJobs", backgroundJobs, 1, 256);
    if (maxOpenFiles != -1) {
      check("maxOpenFiles", maxOpenFiles, 16, Integer.MAX_VALUE);
    }
    if (writeBuffersBytes < writeBufferBytes) {
      throw new IllegalArgumentException(
          "writeBuffersBytes is "
              + writeBuffersBytes
              + ", less than writeBufferBytes with "
              + writeBufferBytes
              + "; a store would flush before its buffer is full");
    }
  }

  public static StoreOptions defaults() {
    int processors = Runtime.getRuntime().availableProcessors();
    return new StoreOptions(
        256 * MIB,
        256 * MIB,
        32 * MIB,
        4,
        (int) (8 * KIB),
        List.of(Compression.NONE, Compression.LZ4),
        10,
        1000,
        Math.max(2, Math.min(4, processors)));
  }

  public StoreOptions withBlockCacheBytes(long bytes) {
    return new StoreOptions(
        bytes,
        writeBuffersBytes,
        writeBufferBytes,
        writeBufferNumber,
        blockBytes,
        compressionByLevel,
        bloomBitsPerKey,
        maxOpenFiles,
        backgroundJobs);
  }

  public StoreOptions withWriteBufferBytes(long bytes) {
    return new StoreOptions(
        blockCacheBytes,
        writeBuffersBytes,
        bytes,
        writeBufferNumber,
        blockBytes,
        compressionByLevel,
        bloomBitsPerKey,
        maxOpenFiles,
        backgroundJobs);
  }

  private static void check(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " is " + value + ", it must be between " + least + " and " + most);
    }
  }
}
