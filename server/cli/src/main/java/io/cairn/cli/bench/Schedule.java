package io.cairn.cli.bench;

import java.util.concurrent.TimeUnit;

/** When the operations of a run are due. Immutable arithmetic. */
public sealed interface Schedule {

  /**
   * When an operation is due, and from when on its latency counts.
   *
   * @param index of the operation, from 0
   * @param startNanos of the run
   * @param nowNanos when there is room for it
   */
  long dueNanos(long index, long startNanos, long nowNanos);

  /** How many operations are due in the first so many nanoseconds, whether there is room or not. */
  long dueWithin(long nanos);

  /** Closed loop: as soon as there is room, that is, when an earlier one has its answer. */
  record Closed() implements Schedule {
    @Override
    public long dueNanos(long index, long startNanos, long nowNanos) {
      return nowNanos;
    }

    @Override
    public long dueWithin(long nanos) {
      return 0;
    }
  }

  /**
   * Open loop: at a constant rate, whatever becomes of the operations before. One that is sent
   * late, because the node is slow and the limit of operations in flight is reached, was due all
   * the same when its turn was, and the user behind it would have waited since then. Counting from
   * the moment of sending would leave that wait out just when the node is slow: the "coordinated
   * omission" that Gil Tene described, and that wrk2 corrects in this way.
   *
   * @param perSecond from 1 to a billion
   */
  record Open(long perSecond) implements Schedule {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Override
    public long dueNanos(long index, long startNanos, long nowNanos) {
      // Seconds apart from the rest: nothing overflows, and no error adds up.
      return startNanos + index / perSecond * SECOND + index % perSecond * SECOND / perSecond;
    }

    @Override
    public long dueWithin(long nanos) {
      // Operation i is due at floor(i * SECOND / perSecond): this many are due before nanos.
      long rest = nanos % SECOND;
      return nanos / SECOND * perSecond + (rest * perSecond + SECOND - 1) / SECOND;
    }
  }
}
