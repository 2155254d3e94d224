package io.cairn.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cairn.client.CairnClient;
import io.cairn.client.CairnException;
import io.cairn.client.ConsistencyLevel;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class RecordingTest {

  private static final byte[] KEY = {'k'};

  private final Mix mix = Mix.parse("get=50,put=50", ConsistencyLevel.STRONG);
  private final Recording recording = new Recording(mix, 1_000, 10_000_000_000L);
  private final Request get = new Request(0, mix.shares().get(0), KEY, new byte[0]);
  private final Request put = new Request(1, mix.shares().get(1), KEY, new byte[1]);

  @Test
  void failuresAreCountedByReasonAndUnknownOutcomesApart() {
    CairnClient client = CairnClient.connect("127.0.0.1:1");
    Thread.currentThread().interrupt();
    CairnException unknown = catchThrowableOfType(CairnException.class, () -> client.put(KEY, KEY));
    assertThat(Thread.interrupted()).isTrue();
    client.close();
    CairnException closed = catchThrowableOfType(CairnException.class, () -> client.get(KEY));

    recording.onAnswer(put, 1_000, 1_500, 2_000, null, unknown);
    recording.onAnswer(put, 1_000, 1_500, 2_000, null, closed);
    recording.onAnswer(get, 1_000, 1_500, 2_000, null, new CompletionException(closed));
    recording.onAnswer(get, 1_000, 1_500, 2_000, null, new IllegalStateException("a bug"));

    Tally gets = recording.tallies().get(0);
    Tally puts = recording.tallies().get(1);
    assertThat(puts.unknownOutcomes()).containsOnlyKeys("CANCELLED");
    assertThat(puts.failures()).containsOnlyKeys("CLIENT_CLOSED");
    assertThat(gets.failures()).containsOnlyKeys("CLIENT_CLOSED", "IllegalStateException");
    assertThat(gets.latencies().count()).isZero();
    assertThat(recording.soFar()).isEqualTo(new Recording.SoFar(0, 4));
  }

  @Test
  void getsThatFoundNothingAreAnswersToo() {
    recording.onAnswer(get, 1_000, 1_500, 2_000, null, null);
    recording.onAnswer(get, 1_000, 1_500, 2_000, "value", null);
    recording.onAnswer(put, 1_000, 1_500, 2_000, 5L, null);

    assertThat(recording.tallies().get(0).missing()).isEqualTo(1);
    assertThat(recording.tallies().get(0).latencies().count()).isEqualTo(2);
    assertThat(recording.tallies().get(1).missing()).isZero();
  }

  @Test
  void whatWasSentBeforeTheWindowIsProgressOnly() {
    recording.onAnswer(get, 900, 999, 5_000, "value", null);

    assertThat(recording.tallies().get(0).latencies().count()).isZero();
    assertThat(recording.soFar().answered()).isEqualTo(1);
  }

  @Test
  void anAnswerAfterTheWindowIsALatencyAndNoThroughput() {
    recording.onAnswer(get, 1_000, 1_500, 20_000_000_000L, "value", null);

    assertThat(recording.tallies().get(0).latencies().count()).isEqualTo(1);
    assertThat(recording.tallies().get(0).answersInWindow()).isZero();
  }
}
