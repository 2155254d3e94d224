package io.cairn.replication.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** What many runs came to: that enough happened in them to mean something. */
final class Totals {
  private static final double MICROS_PER_HOUR = 3.6e9;

  private final List<Summary> runs = new ArrayList<>();
  private final long beganNanos = System.nanoTime();

  void add(Summary run) {
    runs.add(run);
  }

  private long sum(ToLongFunction<Summary> number) {
    return runs.stream().mapToLong(number).sum();
  }

  void requireThatMuchHappened(long seeds) {
    assertThat(sum(Summary::confirmedWrites)).isGreaterThan(seeds * 50);
    assertThat(sum(Summary::leaderships)).isGreaterThan(seeds * 2);
    assertThat(sum(Summary::crashes)).isGreaterThan(seeds);
    assertThat(sum(Summary::partitions)).isGreaterThan(seeds);
    assertThat(sum(Summary::pauses)).isGreaterThan(seeds / 2);
    assertThat(sum(Summary::stops)).isGreaterThan(seeds / 10);
    assertThat(sum(Summary::wipes)).isGreaterThan(seeds / 10);
    assertThat(sum(Summary::rebuilds)).isGreaterThan(seeds / 10);
    assertThat(sum(Summary::cuts)).isGreaterThan(seeds / 10);
    assertThat(sum(Summary::offersPlaced)).isGreaterThan(seeds / 10);
    assertThat(sum(Summary::offersSuperseded)).isGreaterThan(seeds / 10);
    assertThat(sum(Summary::overloads)).isGreaterThan(seeds);
    assertThat(sum(Summary::leaseReads)).isGreaterThan(seeds);
    assertThat(sum(Summary::forced)).isGreaterThan(seeds / 100);
    assertThat(sum(Summary::undecided)).isLessThan(1 + seeds / 100);
  }

  @Override
  public String toString() {
    double minutes = (System.nanoTime() - beganNanos) / 6e10;
    return String.format(
        "%d events, %d operations, %d confirmed writes, %d leaderships, %d crashes, %d stops,"
            + " %d wipes, %d rebuilds, %d cut links, %d pauses, %d cuts of logs,"
            + " %d cut off and placed again, %d superseded, %d refused for want of room, %d read by lease, %d forced leaders, %d undecided; %.0f seeds and %.1f simulated hours a"
            + " minute",
        sum(Summary::events),
        sum(Summary::operations),
        sum(Summary::confirmedWrites),
        sum(Summary::leaderships),
        sum(Summary::crashes),
        sum(Summary::stops),
        sum(Summary::wipes),
        sum(Summary::rebuilds),
        sum(Summary::partitions),
        sum(Summary::pauses),
        sum(Summary::cuts),
        sum(Summary::offersPlaced),
        sum(Summary::offersSuperseded),
        sum(Summary::overloads),
        sum(Summary::leaseReads),
        sum(Summary::forced),
        sum(Summary::undecided),
        runs.size() / minutes,
        sum(Summary::micros) / MICROS_PER_HOUR / minutes);
  }
}
