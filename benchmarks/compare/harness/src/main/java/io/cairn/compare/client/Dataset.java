package io.cairn.compare.client;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;

/** Keys of 16 bytes and values of random bytes, made before anything is measured. */
final class Dataset {
  private static final int VALUES = 256;
  private static final long SEED = 20_261_128;

  private final byte[][] keys;
  private final byte[][] values = new byte[VALUES][];

  /** Keys of data sets with values of different sizes are different keys. */
  Dataset(int keyCount, int valueBytes) {
    keys = new byte[keyCount][];
    for (int i = 0; i < keyCount; i++) {
      keys[i] =
          String.format(Locale.ROOT, "%06d%010d", valueBytes, i)
              .getBytes(StandardCharsets.US_ASCII);
    }
    Random random = new Random(SEED);
    for (int i = 0; i < VALUES; i++) {
      values[i] = new byte[valueBytes];
      random.nextBytes(values[i]);
    }
  }

  int size() {
    return keys.length;
  }

  byte[] key(int index) {
    return keys[index];
  }

  byte[] value(int index) {
    return values[index % VALUES];
  }
}
