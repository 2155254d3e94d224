package io.cairn.storage;

/**
 * What the store holds under a key.
 *
 * @param value as it was put; not to be changed
 * @param version offset of the operation that wrote it
 * @param modifiedMillis milliseconds since 1970 on the clock of the leader that ordered it
 * @param expiryMillis milliseconds since 1970, 0 for never
 */
public record StoredRecord(byte[] value, long version, long modifiedMillis, long expiryMillis) {

  private static final StoredRecord NOT_CACHED = new StoredRecord(new byte[0], -1, 0, 0);

  /** Answer of a read that was not allowed to touch the disk and would have had to. */
  public static StoredRecord notCached() {
    return NOT_CACHED;
  }

  /** Whether this is the answer {@link #notCached}, which is no record of the store. */
  @SuppressWarnings("ReferenceEquality") // a record that looks the same is a record
  public boolean isNotCached() {
    return this == NOT_CACHED;
  }
}
