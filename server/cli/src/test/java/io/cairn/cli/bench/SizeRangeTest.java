package io.cairn.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizeRangeTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "128, 128, 128",
    "64-1024, 64, 1024",
    "64B-1KiB, 64, 1024",
    "2MiB, 2097152, 2097152"
  })
  void readsSizes(String text, int min, int max) {
    assertThat(SizeRange.parse(text)).isEqualTo(new SizeRange(min, max));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-5", "1kb", "1.5", "1-2-3", "9-8", "4096MiB", "1234567890123"})
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> SizeRange.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @Test
  void drawsEverySizeOfTheRangeAndNoOther() {
    SplittableRandom random = new SplittableRandom(1);
    boolean[] drawn = new boolean[12];

    for (int i = 0; i < 1_000; i++) {
      drawn[new SizeRange(8, 11).next(random)] = true;
    }

    for (int size = 0; size < drawn.length; size++) {
      assertThat(drawn[size]).isEqualTo(size >= 8);
    }
  }
}
