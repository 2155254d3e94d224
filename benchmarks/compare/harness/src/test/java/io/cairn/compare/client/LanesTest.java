package io.cairn.compare.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.HdrHistogram.Recorder;
import org.junit.jupiter.api.Test;

class LanesTest {
  private final Recorder latencies = new Recorder(3);
  private final Dataset data = new Dataset(10, 128);
  private final List<Answer> underWay = new ArrayList<>();

  private static IntSupplier keys(int count) {
    AtomicInteger next = new AtomicInteger();
    return () -> next.get() < count ? next.getAndIncrement() % 10 : -1;
  }

  private Lanes lanes(int count, Call call, int operations) {
    return new Lanes(count, call, data, keys(operations), latencies);
  }

  @Test
  void asManyAreUnderWayAsThereAreLanes() {
    Lanes lanes = lanes(4, (key, value, answer) -> underWay.add(answer), 100);
    lanes.start();
    assertThat(underWay).hasSize(4);

    underWay.get(2).succeeded();
    assertThat(underWay).hasSize(5);

    underWay.get(0).failed(new IllegalStateException("refused"));
    assertThat(underWay).hasSize(6);
    assertThat(lanes.failures()).isEqualTo(1);
    assertThat(lanes.firstFailureOrNull()).hasMessage("refused");
    assertThat(latencies.getIntervalHistogram().getTotalCount()).isEqualTo(1);
  }

  @Test
  void answersThatComeAtOnceDoNotRecurse() throws Exception {
    Lanes lanes = lanes(1, (key, value, answer) -> answer.succeeded(), 1_000_000);

    lanes.start();
    lanes.awaitEnd();

    assertThat(latencies.getIntervalHistogram().getTotalCount()).isEqualTo(1_000_000);
  }

  @Test
  void aServerThatIsGoneEndsThem() throws Exception {
    Lanes lanes =
        lanes(
            2,
            (key, value, answer) -> {
              throw new IllegalStateException("gone");
            },
            Integer.MAX_VALUE);

    lanes.start();
    lanes.awaitEnd();

    assertThat(lanes.failures()).isEqualTo(200);
  }

  @Test
  void dataSetsOfOtherSizesHaveOtherKeys() {
    assertThat(data.key(3)).hasSize(16).isNotEqualTo(new Dataset(10, 1024).key(3));
    assertThat(data.value(3)).hasSize(128).isEqualTo(new Dataset(10, 128).value(3));
  }
}
