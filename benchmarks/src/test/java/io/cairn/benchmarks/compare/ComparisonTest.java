package io.cairn.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final double[] BYTES = {170, 170, 170};

  @Test
  void theMedianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
    assertThat(Statistics.median(List.of(9.0, 1.0, 2.0))).isEqualTo(2);
    assertThat(Statistics.median(List.of(9.0, 1.0, 2.0, 4.0))).isEqualTo(3);
    assertThat(Statistics.range(List.of(9.0, 1.0, 2.0))).isEqualTo(8);
  }

  /** The machine was three times as slow in the second round, for both. */
  @Test
  void ratiosAreTakenRoundByRound() {
    Comparison comparison = new Comparison(times(100, 300, 110), times(120, 360, 132));

    assertThat(comparison.baseMedian()).isEqualTo(110);
    assertThat(comparison.headMedian()).isEqualTo(132);
    assertThat(comparison.ratio()).isCloseTo(1.2, within(1e-9));
    assertThat(comparison.verdicts()).containsExactly("slower");
  }

  @Test
  void whatMovedByLessThanItVariesIsNotTold() {
    assertThat(new Comparison(times(100, 100, 100), times(105, 110, 120)).verdicts()).isEmpty();
    assertThat(new Comparison(times(100, 100, 100), times(114, 115, 120)).verdicts())
        .containsExactly("slower");
  }

  @Test
  void whatMovedByLessThanTwoPercentIsNotTold() {
    assertThat(new Comparison(times(100, 100, 100), times(101.5, 101.5, 101.5)).verdicts())
        .isEmpty();
    assertThat(new Comparison(times(100, 100, 100), times(97, 97, 97)).verdicts())
        .containsExactly("faster");
  }

  @Test
  void moreOperationsInATimeAreFaster() {
    List<Score> base = scores("thrpt", new double[] {10, 10, 10}, BYTES);
    List<Score> head = scores("thrpt", new double[] {12, 12, 12}, BYTES);

    assertThat(new Comparison(base, head).verdicts()).containsExactly("faster");
    assertThat(new Comparison(head, base).verdicts()).containsExactly("slower");
  }

  @Test
  void bytesAreJudgedByTheirOwnSpread() {
    double[] times = {100, 100, 100};
    List<Score> base = scores("avgt", times, new double[] {170, 172, 171});

    List<Score> copied = scores("avgt", times, new double[] {330, 331, 330});
    assertThat(new Comparison(base, copied).verdicts()).containsExactly("more bytes");
    assertThat(new Comparison(copied, base).verdicts()).containsExactly("fewer bytes");
    List<Score> alike = scores("avgt", times, new double[] {173, 174, 173});
    assertThat(new Comparison(base, alike).verdicts()).isEmpty();
    List<Score> unknown = scores("avgt", times, new double[] {Double.NaN, 1, 1});
    assertThat(new Comparison(base, unknown).verdicts()).isEmpty();
  }

  @Test
  void twoRoundsTellNothing() {
    assertThat(new Comparison(times(100, 100), times(200, 200)).verdicts()).isEmpty();
  }

  @Test
  void roundsComeInPairs() {
    assertThatThrownBy(() -> new Comparison(times(1, 2), times(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 and 1");
  }

  private static List<Score> times(double... times) {
    double[] bytes = new double[times.length];
    Arrays.fill(bytes, 170);
    return scores("avgt", times, bytes);
  }

  private static List<Score> scores(String mode, double[] values, double[] bytes) {
    Score[] scores = new Score[values.length];
    Arrays.setAll(scores, i -> new Score(mode, "ns/op", values[i], bytes[i]));
    return List.of(scores);
  }
}
