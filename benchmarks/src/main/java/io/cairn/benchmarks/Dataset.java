package io.cairn.benchmarks;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** The keys and values that all benchmarks use, in an order that is the same in every run. */
final class Dataset {
  static final int KEYS = 100_000;
  static final int KEY_BYTES = 16;
  static final int VALUE_BYTES = 128;

  private final byte[][] keys = new byte[KEYS][];
  private final int[] order;
  private final byte[] value = new byte[VALUE_BYTES];
  private int count;

  Dataset() {
    Random random = new Random(20260101);
    for (int i = 0; i < KEYS; i++) {
      keys[i] =
          ByteBuffer.allocate(KEY_BYTES)
              .put("user".getBytes(StandardCharsets.US_ASCII))
              .putInt(i)
              .putLong(i * 31L)
              .array();
    }
    order = random.ints(1 << 16, 0, KEYS).toArray();
    random.nextBytes(value);
  }

  byte[] key(int index) {
    return keys[index];
  }

  /** A key that exists, another one at each call; for one thread. */
  byte[] nextKey() {
    return keys[order[count++ & (order.length - 1)]];
  }

  byte[] value() {
    return value;
  }

  /** Calls of {@link #nextKey} so far. */
  int count() {
    return count;
  }
}
