package io.cairn.storage;

/** Walks over a snapshot. One thread at a time. */
public interface StoreCursor extends AutoCloseable {

  /**
   * Steps to the next record.
   *
   * @return false at the end
   * @throws StoreException when the data is damaged; never an early end instead
   */
  boolean next();

  byte[] key();

  /** The record under the key; its value is empty when only keys were asked for. */
  StoredRecord record();

  /** The store's applied offset at the snapshot. */
  long appliedOffset();

  @Override
  void close();
}
