package io.cairn.compare.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoadTest {
  @Test
  void fillPutsEachKeyOnce() throws Exception {
    Set<String> put = new TreeSet<>();
    AtomicLong count = new AtomicLong();

    Load.fill(
        (key, value, answer) -> {
          put.add(new String(key, StandardCharsets.US_ASCII));
          count.incrementAndGet();
          answer.succeeded();
        },
        new Dataset(1_000, 128));

    assertThat(put).hasSize(1_000);
    assertThat(count).hasValue(1_000);
  }

  @Test
  void keyThatCouldNotBePutIsAnError() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Load.fill(
                    (key, value, answer) -> answer.failed(new IllegalStateException("full")),
                    new Dataset(1, 128)))
        .withMessage("1 keys could not be put");
  }

  @Test
  void onlyTheWindowCounts() throws Exception {
    AtomicLong all = new AtomicLong();
    AtomicLong atWindow = new AtomicLong();

    ExecutorService store = Executors.newSingleThreadExecutor();
    Measured measured;
    try {
      measured =
          Load.measure(
              (key, value, answer) -> {
                all.incrementAndGet();
                store.execute(answer::succeeded);
              },
              new Dataset(10, 128),
              1,
              50,
              50,
              () -> atWindow.set(all.get()));
    } finally {
      store.shutdownNow();
    }

    assertThat(atWindow.get()).isPositive();
    // One was begun before the window and ended in it.
    assertThat(measured.operations())
        .isPositive()
        .isLessThanOrEqualTo(all.get() - atWindow.get() + 1);
    assertThat(measured.failed()).isZero();
  }

  @Test
  void measurementSurvivesItsLine() {
    Measured measured = new Measured(123_456, 2.5, 0.125, 99.875, 7);

    assertThat(Measured.parse(measured.toLine())).isEqualTo(measured);
    assertThat(measured.rate()).isEqualTo(49_382.4);
  }
}
