package io.cairn.replication.simulator;

import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/** All the chance there is in a run. */
final class Chance {
  private final SplittableRandom random;

  Chance(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Of a thousand times, so often. */
  boolean perMille(int rate) {
    return rate > 0 && random.nextInt(1000) < rate;
  }

  /** Of a hundred thousand times, so often. */
  boolean perHundredThousand(int rate) {
    return rate > 0 && random.nextInt(100_000) < rate;
  }

  boolean coin() {
    return random.nextBoolean();
  }

  /** Both ends inclusive. */
  int between(int min, int max) {
    return random.nextInt(min, max + 1);
  }

  /** The higher rate in half of the runs, nothing in the others. */
  int maybe(int min, int max) {
    return coin() ? between(min, max) : 0;
  }

  <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  UUID uuid() {
    return new UUID(random.nextLong(), random.nextLong());
  }
}
