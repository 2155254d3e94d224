package io.cairn.node.shard;

import io.cairn.replication.core.Invariant;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.OperationCursor;
import io.cairn.storage.KeyValueStore;
import io.cairn.storage.StoreBatch;
import io.cairn.storage.StoreException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns records of the log into batches of the store. One thread.
 *
 * <p>A store that is full or behind is tried again: the log has the data, so that waiting costs
 * nothing but time. Anything else that the store reports is thrown.
 */
final class StoreWriter implements AutoCloseable {
  /** A batch is applied before it grows beyond this, about. */
  static final long BATCH_BYTES = 4 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(StoreWriter.class);
  private static final long RETRY_NANOS = 20_000_000L;

  private final int shard;
  private final KeyValueStore store;
  private final StoreBatch batch;
  private final OperationCursor cursor = new OperationCursor();
  private long endOffset;
  private volatile @Nullable String problem;

  StoreWriter(int shard, KeyValueStore store) {
    this.shard = shard;
    this.store = store;
    batch = store.newBatch();
    endOffset = store.appliedOffset();
  }

  /** Adds the record that follows; what the store has already is passed over. */
  void add(LogRecord record) {
    Invariant.check(
        record.baseOffset() <= endOffset,
        "I2: records reach the store without a gap; base offset, end so far",
        record.baseOffset(),
        endOffset);
    long modifiedMillis = record.timestampMillis();
    cursor.wrap(record);
    while (cursor.next()) {
      if (cursor.offset() >= endOffset) {
        addOperation(modifiedMillis);
      }
    }
    endOffset = Math.max(endOffset, record.endOffset());
  }

  private void addOperation(long modifiedMillis) {
    byte[] array = cursor.array();
    switch (cursor.kind()) {
      case PUT ->
          batch.put(
              array,
              cursor.keyPosition(),
              cursor.keyLength(),
              cursor.valuePosition(),
              cursor.valueLength(),
              cursor.offset(),
              modifiedMillis,
              cursor.expiryMillis());
      case DELETE -> batch.delete(array, cursor.keyPosition(), cursor.keyLength());
      case DELETE_RANGE ->
          batch.deleteRange(
              array,
              cursor.keyPosition(),
              cursor.keyLength(),
              cursor.valuePosition(),
              cursor.valueLength());
      case NO_OP -> {}
    }
  }

  boolean isFull() {
    return batch.sizeBytes() >= BATCH_BYTES;
  }

  /** The offset up to which the store is after {@link #apply}. */
  long endOffset() {
    return endOffset;
  }

  /**
   * Applies what was added, however long the store is full or behind, until it is time to give up.
   *
   * @return false when it gave up: the store has nothing of what was added, and nothing may be
   *     added any more
   */
  boolean apply(BooleanSupplier givesUp) {
    while (true) {
      try {
        if (endOffset > store.appliedOffset()) {
          store.apply(batch, endOffset);
        }
        batch.clear();
        onTaken();
        return true;
      } catch (StoreException refused) {
        if (!mayPass(refused)) {
          throw refused;
        }
        onRefused(refused);
      }
      if (givesUp.getAsBoolean()) {
        return false;
      }
      LockSupport.parkNanos(this, RETRY_NANOS);
    }
  }

  /** Whether the store may take the same later. */
  static boolean mayPass(StoreException refused) {
    return refused.category() == StoreException.Category.NO_SPACE
        || refused.category() == StoreException.Category.BUSY;
  }

  private void onRefused(StoreException refused) {
    if (problem == null) {
      LOG.warn("Shard {}: the store takes no writes: {}", shard, refused.getMessage());
    }
    problem = "The store of shard " + shard + " takes no writes: " + refused.getMessage();
  }

  private void onTaken() {
    if (problem != null) {
      LOG.info("Shard {}: the store takes writes again", shard);
      problem = null;
    }
  }

  /** Why the store lags, or null when it does not. Any thread. */
  @Nullable String problemOrNull() {
    return problem;
  }

  @Override
  public void close() {
    batch.close();
  }
}
