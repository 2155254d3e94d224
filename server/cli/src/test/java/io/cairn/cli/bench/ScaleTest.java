package io.cairn.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

class ScaleTest {

  @Property
  void everyNumberLiesOnItsAxis(
      @ForAll @DoubleRange(min = 0, max = 1e9) double largest,
      @ForAll @DoubleRange(min = 0, max = 1) double part) {
    Scale scale = Scale.fromZero(largest, 100, 900);

    assertThat(scale.at(largest * part)).isBetween(100.0, 900.0);
    assertThat(scale.max()).isGreaterThanOrEqualTo(largest);
    assertThat(scale.ticks()).hasSizeBetween(3, 12).first().isEqualTo(0.0);
  }

  @Property
  void decadesReachFromPowerToPower(
      @ForAll @DoubleRange(min = 1, max = 1e9) double smallest,
      @ForAll @DoubleRange(min = 1, max = 1e3) double factor) {
    Scale scale = Scale.decades(smallest, smallest * factor, 500, 100);

    assertThat(scale.min()).isLessThanOrEqualTo(smallest);
    assertThat(scale.max()).isGreaterThanOrEqualTo(smallest * factor * 0.999999);
    assertThat(scale.at(smallest * factor)).isBetween(100.0, 500.0);
    assertThat(scale.at(0.5)).as("below the axis").isEqualTo(500);
  }

  @Example
  void ticksAreRound() {
    assertThat(Scale.fromZero(30, 0, 1).ticks())
        .isEqualTo(List.of(0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0));
    assertThat(Scale.fromZero(45_123, 0, 1).ticks()).last().isEqualTo(50_000.0);
    assertThat(Scale.decades(150, 4_000, 0, 1).ticks()).hasSize(3).contains(100.0);
    assertThat(Scale.fromZero(0, 0, 1).max()).isEqualTo(1.0);
  }
}
