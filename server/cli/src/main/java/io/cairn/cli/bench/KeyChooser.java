package io.cairn.cli.bench;

import java.util.SplittableRandom;

/** Draws the numbers of keys. For one thread. */
interface KeyChooser {

  /** The most keys that there may be. */
  long MAX_COUNT = 1_000_000_000;

  /**
   * A prime above {@link #MAX_COUNT}, so that multiplying by it gives each number once, elsewhere.
   */
  long SCATTER = 2_654_435_761L;

  /** A number from 0 to below the count of the keys. */
  long next(OperationKind kind, SplittableRandom random);

  /**
   * Starts from the beginning.
   *
   * @param count from 1 to {@link #MAX_COUNT}
   */
  static KeyChooser of(KeyOrder order, long count) {
    return switch (order) {
      case UNIFORM -> (kind, random) -> random.nextLong(count);
      case ZIPFIAN -> {
        Zipfian zipfian = new Zipfian(count);
        // As YCSB does: else all that is often used would lie side by side, in few blocks.
        yield (kind, random) -> zipfian.rank(random.nextDouble()) * SCATTER % count;
      }
      case LATEST -> new Latest(count);
      case SEQUENTIAL -> new Sequential(count);
    };
  }

  /** One after the other. */
  final class Sequential implements KeyChooser {
    private final long count;
    private long next;

    Sequential(long count) {
      this.count = count;
    }

    @Override
    public long next(OperationKind kind, SplittableRandom random) {
      long chosen = next;
      next = (next + 1) % count;
      return chosen;
    }
  }

  /** The last key counts as the newest before the first put, as it is after a load. */
  final class Latest implements KeyChooser {
    private final long count;
    private final Zipfian age;
    private long newest;

    Latest(long count) {
      this.count = count;
      this.age = new Zipfian(count);
      this.newest = count - 1;
    }

    @Override
    public long next(OperationKind kind, SplittableRandom random) {
      if (kind == OperationKind.PUT) {
        newest = (newest + 1) % count;
        return newest;
      }
      return Math.floorMod(newest - age.rank(random.nextDouble()), count);
    }
  }
}
