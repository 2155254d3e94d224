package io.cairn.compare.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  @Test
  void medianOfAnOddNumberIsTheMiddleOne() {
    assertThat(Statistics.of(List.of(30.0, 10.0, 11.0))).isEqualTo(new Statistics(10, 11, 30));
  }

  @Test
  void medianOfAnEvenNumberIsTheMeanOfTheMiddleTwo() {
    assertThat(Statistics.of(List.of(1.0, 4.0, 2.0, 100.0)).median()).isEqualTo(3);
  }

  @Test
  void spreadIsHalfOfTheRange() {
    assertThat(Statistics.of(List.of(90.0, 100.0, 120.0)).spreadPercent()).isEqualTo(15);
    assertThat(Statistics.of(List.of(0.0)).spreadPercent()).isZero();
  }

  @Test
  void nothingHasNoMedian() {
    assertThatIllegalArgumentException().isThrownBy(() -> Statistics.of(List.of()));
  }
}
