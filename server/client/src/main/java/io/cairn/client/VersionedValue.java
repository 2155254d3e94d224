package io.cairn.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A value and when it came to be.
 *
 * @param value the bytes; not copied, so leave them as they are
 * @param version offset of the operation that wrote it, in the log of the key's shard; grows with
 *     each write of the key
 * @param modifiedMillis milliseconds since 1970 on the clock of the node that ordered the write
 */
public record VersionedValue(byte[] value, long version, long modifiedMillis) {

  /** The value as UTF-8; malformed bytes become U+FFFD. */
  public String text() {
    return new String(value, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VersionedValue that
        && version == that.version
        && modifiedMillis == that.modifiedMillis
        && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(value) + Long.hashCode(version);
  }

  @Override
  public String toString() {
    return "VersionedValue[" + value.length + " bytes, version " + version + "]";
  }
}
