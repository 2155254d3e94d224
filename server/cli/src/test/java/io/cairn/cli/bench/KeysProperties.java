package io.cairn.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class KeysProperties {

  private static final byte[] PREFIX = "p/".getBytes(StandardCharsets.US_ASCII);

  @Property(tries = 300)
  void numbersAreInRangeAndTheSameSeedDrawsTheSame(
      @ForAll KeyOrder order,
      @ForAll OperationKind kind,
      @ForAll @LongRange(min = 1, max = KeyChooser.MAX_COUNT) long count,
      @ForAll long seed) {
    KeyChooser one = KeyChooser.of(order, count);
    KeyChooser other = KeyChooser.of(order, count);
    SplittableRandom random = new SplittableRandom(seed);
    SplittableRandom again = new SplittableRandom(seed);

    for (int i = 0; i < 100; i++) {
      long number = one.next(kind, random);
      assertThat(number).isBetween(0L, count - 1);
      assertThat(other.next(kind, again)).isEqualTo(number);
    }
  }

  @Property(tries = 300)
  void keysAreInTheOrderOfTheirNumbersAndInsideTheRange(
      @ForAll @LongRange(min = 2, max = KeyChooser.MAX_COUNT) long count,
      @ForAll @LongRange(min = 0, max = KeyChooser.MAX_COUNT - 2) long draw) {
    KeySpace keys = new KeySpace(PREFIX, count, 16);
    long number = draw % (count - 1);

    byte[] key = keys.key(number);

    assertThat(key).hasSize(16).startsWith(PREFIX);
    assertThat(new String(key, 2, 14, StandardCharsets.US_ASCII))
        .isEqualTo("%014d".formatted(number));
    assertThat(Arrays.compareUnsigned(key, keys.key(number + 1))).isNegative();
  }

  @Example
  void keysThatAreTooShortAreRefused() {
    assertThat(KeySpace.smallestKeyBytes(PREFIX, 1_000)).isEqualTo(5);
    assertThat(new KeySpace(PREFIX, 1_000, 5).key(999))
        .isEqualTo("p/999".getBytes(StandardCharsets.US_ASCII));
    assertThatThrownBy(() -> new KeySpace(PREFIX, 1_001, 5))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Example
  void sequentialGoesRound() {
    KeyChooser chooser = KeyChooser.of(KeyOrder.SEQUENTIAL, 3);
    SplittableRandom random = new SplittableRandom(1);

    for (long expected : new long[] {0, 1, 2, 0, 1}) {
      assertThat(chooser.next(OperationKind.GET, random)).isEqualTo(expected);
    }
  }

  @Example
  void uniformUsesEachKeyAboutAsOften() {
    assertThat(counts(KeyOrder.UNIFORM, 10))
        .allSatisfy(n -> assertThat(n).isBetween(9_000, 11_000));
  }

  /** The share of the most frequent key is 1 / zeta(n), that of the next about half of it. */
  @Example
  void zipfianUsesFewKeysOftenAndThemFarApart() {
    Integer[] counts = counts(KeyOrder.ZIPFIAN, 1_000);
    int hottest = counts[0];
    int next = counts[(int) (KeyChooser.SCATTER % 1_000)];

    assertThat(hottest / 100_000.0).isCloseTo(1 / Zipfian.zeta(1_000), within(0.01));
    assertThat((double) next / hottest).isCloseTo(Math.pow(0.5, Zipfian.THETA), within(0.05));
    assertThat(Arrays.stream(counts).max(Integer::compare)).contains(hottest);
    assertThat(KeyChooser.SCATTER % 1_000).isGreaterThan(1);
  }

  @Example
  void scatteringGivesEachKeyOnce() {
    for (int count : new int[] {1, 2, 10, 1_000, 65_536, 99_991}) {
      Set<Long> keys = new HashSet<>();
      for (long rank = 0; rank < count; rank++) {
        keys.add(rank * KeyChooser.SCATTER % count);
      }
      assertThat(keys).hasSize(count);
    }
  }

  @Example
  void latestPrefersWhatWasPutLast() {
    KeyChooser chooser = KeyChooser.of(KeyOrder.LATEST, 1_000);
    SplittableRandom random = new SplittableRandom(1);
    for (long expected = 0; expected < 500; expected++) {
      assertThat(chooser.next(OperationKind.PUT, random)).isEqualTo(expected);
    }
    int amongTheLastTen = 0;

    for (int i = 0; i < 10_000; i++) {
      long number = chooser.next(OperationKind.GET, random);
      amongTheLastTen += number >= 490 && number < 500 ? 1 : 0;
    }

    assertThat(amongTheLastTen / 10_000.0)
        .isCloseTo(Zipfian.zeta(10) / Zipfian.zeta(1_000), within(0.05));
  }

  @Example
  void zetaIsTheSum() {
    double sum = 0;
    for (int i = 1; i <= 2_000_000; i++) {
      sum += Math.pow(i, -Zipfian.THETA);
    }

    assertThat(Zipfian.zeta(2_000_000)).isCloseTo(sum, within(1e-8));
  }

  private static Integer[] counts(KeyOrder order, int count) {
    KeyChooser chooser = KeyChooser.of(order, count);
    SplittableRandom random = new SplittableRandom(7);
    Integer[] counts = new Integer[count];
    Arrays.fill(counts, 0);
    for (int i = 0; i < 100_000; i++) {
      counts[(int) chooser.next(OperationKind.GET, random)]++;
    }
    return counts;
  }
}
