package io.cairn.client;

import java.util.Arrays;

/**
 * An entry of a scan.
 *
 * @param key the key's bytes; not copied, so leave them as they are
 * @param value what the key holds
 */
public record KeyValue(byte[] key, VersionedValue value) {

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyValue that
        && Arrays.equals(key, that.key)
        && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(key) + value.hashCode();
  }

  @Override
  public String toString() {
    return "KeyValue[key of " + key.length + " bytes, " + value + "]";
  }
}
