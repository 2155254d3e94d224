package io.cairn.storage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes under a key. Part of the format: docs/storage-format.md.
 *
 * <pre>
 *    0 u8  format version   1
 *    1 u8  flags            bit 0: expiry present
 *    2 i64 version          offset of the operation that wrote it
 *   10 i64 modified         milliseconds since 1970
 *   18 i64 expiry           only with bit 0: milliseconds since 1970
 *      value
 * </pre>
 *
 * All numbers are little-endian.
 */
final class StoredValue {
  static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  static final byte FORMAT_VERSION = 1;
  static final int HEADER_BYTES = 18;
  static final int MAX_HEADER_BYTES = HEADER_BYTES + 8;

  static final String NOT_ONE = "the bytes under a key are not a stored value of format 1";

  private static final int FLAG_EXPIRY = 1;
  private static final int VERSION_POSITION = 2;
  private static final int MODIFIED_POSITION = 10;
  private static final int EXPIRY_POSITION = 18;
  private static final byte[] EMPTY = new byte[0];

  private StoredValue() {}

  static int headerBytes(long expiryMillis) {
    return expiryMillis == 0 ? HEADER_BYTES : MAX_HEADER_BYTES;
  }

  /** Writes what stands before the value; returns the position after it. */
  static int writeHeader(
      byte[] target, int position, long version, long modifiedMillis, long expiryMillis) {
    target[position] = FORMAT_VERSION;
    target[position + 1] = (byte) (expiryMillis == 0 ? 0 : FLAG_EXPIRY);
    LONG.set(target, position + VERSION_POSITION, version);
    LONG.set(target, position + MODIFIED_POSITION, modifiedMillis);
    if (expiryMillis != 0) {
      LONG.set(target, position + EXPIRY_POSITION, expiryMillis);
    }
    return position + headerBytes(expiryMillis);
  }

  /**
   * @param length of the whole stored value at the start of the array
   * @param headerOnly whether the value is to be left empty; then the array needs only the header
   * @return null when these bytes are not a stored value
   */
  static @Nullable StoredRecord parseOrNull(byte[] bytes, int length, boolean headerOnly) {
    if (length < HEADER_BYTES || bytes[0] != FORMAT_VERSION || (bytes[1] & ~FLAG_EXPIRY) != 0) {
      return null;
    }
    boolean expires = (bytes[1] & FLAG_EXPIRY) != 0;
    int header = expires ? MAX_HEADER_BYTES : HEADER_BYTES;
    if (length < header) {
      return null;
    }
    return new StoredRecord(
        headerOnly ? EMPTY : Arrays.copyOfRange(bytes, header, length),
        (long) LONG.get(bytes, VERSION_POSITION),
        (long) LONG.get(bytes, MODIFIED_POSITION),
        expires ? (long) LONG.get(bytes, EXPIRY_POSITION) : 0);
  }
}
