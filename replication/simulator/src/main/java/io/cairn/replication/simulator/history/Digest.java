package io.cairn.replication.simulator.history;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A checksum over the entries of a store, which are added in the order of their keys, by unsigned
 * bytes. Two stores with the same entries have the same digest; two with different ones have
 * different ones but for one in four billions.
 */
public final class Digest {
  private final CRC32C crc = new CRC32C();
  private final ByteBuffer numbers = ByteBuffer.allocate(Long.BYTES + 2 * Integer.BYTES);
  private byte @Nullable [] lastKey;
  private long count;

  public void add(byte[] key, byte[] value, long version) {
    if (lastKey != null && Arrays.compareUnsigned(lastKey, key) >= 0) {
      throw new IllegalArgumentException("the keys of a digest must ascend");
    }
    lastKey = key.clone();
    // The lengths go in too: "a" and "bc" is not "ab" and "c".
    numbers.clear().putInt(key.length).putInt(value.length).putLong(version).flip();
    crc.update(numbers);
    crc.update(key);
    crc.update(value);
    count++;
  }

  public long count() {
    return count;
  }

  public long value() {
    return crc.getValue();
  }

  @Override
  public String toString() {
    return String.format("%08x of %d entries", value(), count);
  }
}
