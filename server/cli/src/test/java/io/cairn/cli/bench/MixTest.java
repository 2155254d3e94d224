package io.cairn.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.client.ConsistencyLevel;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MixTest {

  @Test
  void sharesHaveKindLevelAndPercent() {
    Mix mix = Mix.parse("get@eventual=50, GET=30,put=15,scan@Strong=5", ConsistencyLevel.STRONG);

    assertThat(mix.shares())
        .containsExactly(
            new Mix.Share(OperationKind.GET, ConsistencyLevel.EVENTUAL, 50),
            new Mix.Share(OperationKind.GET, ConsistencyLevel.STRONG, 30),
            new Mix.Share(OperationKind.PUT, ConsistencyLevel.STRONG, 15),
            new Mix.Share(OperationKind.SCAN, ConsistencyLevel.STRONG, 5));
    assertThat(mix.has(OperationKind.SCAN)).isTrue();
    assertThat(mix.has(OperationKind.DELETE)).isFalse();
    assertThat(mix.shares().get(0).name()).isEqualTo("get eventual");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "get=95,put=4|adds up to 99, not to 100",
        "get=95,put=6|adds up to 101, not to 100",
        "get=95,pot=5|has 'pot'; there are get, put, delete and scan",
        "get|has 'get', which is no share such as get=95",
        "get=95,|has '', which is no share",
        "get=-1|has 'get=-1', which is no share",
        "get=99.5,put=0.5|has 'get=99.5', which is no share",
        "get=100,put=0|has a share of 0; a share is between 1 and 100",
        "get@weak=100|has the level 'weak'; there are strong and eventual",
        "get=50,get@strong=50|has get strong twice"
      })
  void whatIsWrongIsASentence(String text, String complaint) {
    assertThatThrownBy(() -> Mix.parse(text, ConsistencyLevel.STRONG))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The mix '" + text + "' ")
        .hasMessageContaining(complaint)
        .hasMessageEndingWith(".");
  }

  @Test
  void operationsAreDrawnInTheirShares() {
    Mix mix = Mix.parse("get=70,put=25,delete=5", ConsistencyLevel.STRONG);
    SplittableRandom random = new SplittableRandom(1);
    int[] counts = new int[3];

    for (int i = 0; i < 100_000; i++) {
      counts[mix.next(random)]++;
    }

    assertThat(counts[0]).isBetween(69_000, 71_000);
    assertThat(counts[1]).isBetween(24_000, 26_000);
    assertThat(counts[2]).isBetween(4_500, 5_500);
  }
}
