package io.cairn.cli.bench;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Values that do not compress: pieces of one random block, so that making one is a copy. */
public final class ValueSource {

  /** So far apart begin pieces that equal each other. */
  private static final int VARIETY_BYTES = 64 * 1024;

  private final SizeRange sizes;
  private final byte[] block;

  /** The same seed gives the same block. */
  public ValueSource(SizeRange sizes, long seed) {
    this.sizes = sizes;
    this.block = new byte[sizes.max() + VARIETY_BYTES];
    new SplittableRandom(seed).nextBytes(block);
  }

  /** A value for a key. */
  public byte[] next(SplittableRandom random) {
    int from = random.nextInt(VARIETY_BYTES);
    return Arrays.copyOfRange(block, from, from + sizes.next(random));
  }
}
