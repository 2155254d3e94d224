package io.cairn.storage;

import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.WriteBufferManager;

/**
 * Memory shared by all stores of a node: one block cache and one limit for write buffers. Together
 * they take {@link StoreOptions#blockCacheBytes} and {@link StoreOptions#writeBuffersBytes}.
 *
 * <p>May be used by any thread. Open stores outlive it: what they hold of it is freed with the last
 * of them.
 */
public final class StoreResources implements AutoCloseable {
  /** Share of the cache in which blocks of indexes and filters outlast data blocks. */
  private static final double HIGH_PRIORITY_SHARE = 0.3;

  private final Cache cache;
  private final WriteBufferManager writeBuffers;
  private boolean closed;

  private StoreResources(Cache cache, WriteBufferManager writeBuffers) {
    this.cache = cache;
    this.writeBuffers = writeBuffers;
  }

  /**
   * @param options of which the node-wide ones matter
   * @throws StoreException when RocksDB's native library cannot be loaded
   */
  public static StoreResources open(StoreOptions options) {
    NativeLibrary.load();
    // Write buffers are charged to the cache, so that one number bounds both; a stall of writers
    // is left to the stores' own limits, which answer BUSY instead of waiting.
    Cache cache =
        new LRUCache(
            options.blockCacheBytes() + options.writeBuffersBytes(),
            -1,
            false,
            HIGH_PRIORITY_SHARE);
    return new StoreResources(
        cache, new WriteBufferManager(options.writeBuffersBytes(), cache, false));
  }

  /** Lets a store under construction use the native objects while they cannot be closed. */
  synchronized <T> T use(Use<T> use) {
    if (closed) {
      throw new IllegalStateException("the store resources are closed");
    }
    return use.with(cache, writeBuffers);
  }

  /** What is done with the native objects. */
  interface Use<T> {
    T with(Cache cache, WriteBufferManager writeBuffers);
  }

  /** Closing twice is allowed. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      writeBuffers.close();
      cache.close();
    }
  }
}
