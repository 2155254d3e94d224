package io.cairn.storage;

/**
 * Changes to be applied together, in the order in which they were added. Keys and values are slices
 * of arrays, copied before the call returns.
 */
public interface StoreBatch extends AutoCloseable {

  /**
   * @param version offset of the operation
   * @param expiryMillis milliseconds since 1970, 0 for never
   */
  void put(
      byte[] array,
      int keyPosition,
      int keyLength,
      int valuePosition,
      int valueLength,
      long version,
      long modifiedMillis,
      long expiryMillis);

  void delete(byte[] array, int keyPosition, int keyLength);

  /**
   * Deletes every key in [start, end) that was there before this call.
   *
   * @param startLength 0 for the very first key
   * @param endLength 0 for past the very last key
   */
  void deleteRange(
      byte[] array, int startPosition, int startLength, int endPosition, int endLength);

  /** Operations added since it was made or cleared. */
  int count();

  /** Bytes it will take in memory, about. */
  long sizeBytes();

  void clear();

  @Override
  void close();
}
