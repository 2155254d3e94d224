package io.cairn.replication.simulator;

import java.util.SplittableRandom;

/** All the chance there is in a run. */
final class Chance {
  private final SplittableRandom random;

  Chance(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Of a thousand times, so often. */
  boolean perMille(int rate) {
    return random.nextInt(1000) < rate;
  }

  boolean coin() {
    return random.nextBoolean();
  }

  /** Both ends inclusive. */
  int between(int min, int max) {
    return random.nextInt(min, max + 1);
  }
}
