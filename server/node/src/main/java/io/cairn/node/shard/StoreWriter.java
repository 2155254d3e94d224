package io.cairn.node.shard;

import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.OperationCursor;
import io.cairn.storage.KeyValueStore;
import io.cairn.storage.StoreBatch;

/** Turns records of the log into batches of the store. One thread. */
final class StoreWriter implements AutoCloseable {
  /** A batch is applied before it grows beyond this, about. */
  static final long BATCH_BYTES = 4 << 20;

  private final KeyValueStore store;
  private final StoreBatch batch;
  private final OperationCursor cursor = new OperationCursor();
  private long endOffset;

  StoreWriter(KeyValueStore store) {
    this.store = store;
    batch = store.newBatch();
    endOffset = store.appliedOffset();
  }

  /** Adds a record; what the store has already is passed over. */
  void add(LogRecord record) {
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

  /** Applies what was added. May be called again when it fails. */
  void apply() {
    if (endOffset > store.appliedOffset()) {
      store.apply(batch, endOffset);
    }
    batch.clear();
  }

  @Override
  public void close() {
    batch.close();
  }
}
