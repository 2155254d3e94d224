package io.cairn.client;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class BackoffProperties {

  @Property
  void thePauseIsAtLeastWhatTheNodeAskedForAndBounded(
      @ForAll @IntRange(max = 1_000_000) int round,
      @ForAll @LongRange(min = 0, max = 60_000_000_000L) long askedNanos,
      @ForAll @DoubleRange(min = 0, max = 1, maxIncluded = false) double random) {
    assertThat(Backoff.delayNanos(round, askedNanos, random))
        .isBetween(askedNanos + 5_000_000L, askedNanos + 1_000_000_000L);
  }

  @Property
  void itGrowsWithTheRounds(@ForAll @IntRange(max = 100) int round) {
    assertThat(Backoff.delayNanos(round + 1, 0, 0))
        .isGreaterThanOrEqualTo(Backoff.delayNanos(round, 0, 0));
  }
}
