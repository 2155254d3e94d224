package io.cairn.client;

import static io.cairn.client.ClientFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cairn.api.Failure;
import io.cairn.v1.GetRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(booleans = {true, false})
class CairnClientTest {

  @Parameter boolean pipelining;

  private static final byte[] KEY = bytes("key");
  private static final byte[] VALUE = bytes("value");

  @Test
  void whatIsPutIsThereUntilItIsDeleted() throws IOException {
    try (ClientFixture fixture = ClientFixture.of(1, pipelining)) {
      CairnClient client = fixture.client;
      long version = client.put(KEY, VALUE);

      assertThat(client.get(KEY)).isEqualTo(new VersionedValue(VALUE, version, 5));
      assertThat(client.exists(KEY)).isTrue();
      assertThat(client.multiGet(List.of(bytes("other"), KEY)))
          .isEqualTo(Arrays.asList(null, new VersionedValue(VALUE, version, 5)));
      assertThat(client.delete(KEY, ConsistencyLevel.EVENTUAL)).isEqualTo(version + 1);
      assertThat(client.get(KEY, ConsistencyLevel.EVENTUAL)).isNull();
      assertThat(client.exists(KEY)).isFalse();
      assertThat(client.status().getShardsCount()).isEqualTo(1);
    }
  }

  @Test
  void aChangedArrayDoesNotChangeWhatWasPut() throws IOException {
    try (ClientFixture fixture = ClientFixture.of(1, pipelining)) {
      byte[] value = VALUE.clone();
      fixture.node().faults.add(FakeNode.refuse(Failure.OVERLOADED));
      fixture.timer.hold = true;
      CompletableFuture<Long> put = fixture.client.async().put(KEY, value);
      value[0] = 'X';
      fixture.timer.held.remove().run();

      assertThat(put).isCompleted();
      assertThat(fixture.client.get(KEY)).isEqualTo(new VersionedValue(VALUE, 1000, 5));
    }
  }

  @Test
  void theNextNodeIsTriedAtOnceAndKept() throws IOException {
    try (ClientFixture fixture = ClientFixture.of(3, pipelining)) {
      fixture.nodes.get(0).faults.add(FakeNode.breakBefore());
      fixture.nodes.get(1).faults.add(FakeNode.refuse(Failure.SHUTTING_DOWN));

      fixture.client.get(KEY, ConsistencyLevel.EVENTUAL);
      fixture.client.get(KEY, ConsistencyLevel.EVENTUAL);

      assertThat(fixture.timer.delaysNanos).containsExactly(0L, 0L);
      assertThat(fixture.nodes.get(0).requests).hasSize(1);
      assertThat(fixture.nodes.get(1).requests).hasSize(1);
      assertThat(fixture.nodes.get(2).requests).hasSize(2);
    }
  }

  @Test
  void onlyARoundOfAllNodesIsFollowedByAPause() throws IOException {
    try (ClientFixture fixture = ClientFixture.of(2, pipelining)) {
      fixture.nodes.forEach(
          node -> node.faults.addAll(Collections.nCopies(2, FakeNode.breakBefore())));

      fixture.client.get(KEY, ConsistencyLevel.EVENTUAL);

      // 10 ms and 20 ms, less the quarter that a random number of 0.5 takes
      assertThat(fixture.timer.delaysNanos).containsExactly(0L, 7_500_000L, 0L, 15_000_000L);
    }
  }

  @Test
  void beyondTheLimitOfOutstandingCallsTheFutureFailsAtOnce() throws IOException {
    try (ClientFixture fixture = new ClientFixture(1, ClientFixture.options(30, 2, pipelining))) {
      FakeNode node = fixture.node();
      node.faults.addAll(Collections.nCopies(2, node.silence()));
      AsyncCairnClient async = fixture.client.async();
      CompletableFuture<?> first = async.get(KEY);
      CompletableFuture<?> second = async.get(KEY);

      CairnException thrown =
          catchThrowableOfType(CairnException.class, () -> fixture.client.put(KEY, VALUE));
      assertThat(thrown.reason()).isEqualTo(Failure.TOO_MANY_OUTSTANDING);
      assertThat(thrown.isRetryable()).isTrue();

      first.cancel(true);
      assertThat(node.cancelled()).isEqualTo(pipelining ? 0 : 1);
      fixture.client.put(KEY, VALUE);
      assertThat(second).isNotDone();
    }
  }

  @Test
  void everyEndingGivesItsPlaceBack() throws IOException {
    try (ClientFixture fixture = new ClientFixture(1, ClientFixture.options(2, 1, pipelining))) {
      for (int i = 0; i < 3; i++) {
        fixture.node().faults.add(FakeNode.refuse(Failure.INTERNAL));
        assertThatThrownBy(() -> fixture.client.put(KEY, VALUE))
            .isInstanceOf(OutcomeUnknownException.class);
        fixture.node().faults.addAll(Collections.nCopies(2, FakeNode.breakBefore()));
        assertThatThrownBy(() -> fixture.client.get(KEY)).isInstanceOf(UnavailableException.class);
        assertThatThrownBy(() -> fixture.client.put(new byte[0], VALUE))
            .isInstanceOf(InvalidRequestException.class);
        fixture.client.put(KEY, VALUE);
      }
    }
  }

  @Test
  void anInterruptedCallerGetsAnExceptionAndKeepsItsFlag() throws IOException {
    try (ClientFixture fixture = ClientFixture.of(1, pipelining)) {
      fixture.client.status();
      fixture.node().faults.add(fixture.node().silence());
      fixture.node().faults.add(fixture.node().silence());
      Thread.currentThread().interrupt();
      CairnException write =
          catchThrowableOfType(CairnException.class, () -> fixture.client.put(KEY, VALUE));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(write.reason()).isEqualTo(Failure.CANCELLED);
      assertThat(write.outcomeUnknown()).isTrue();

      Thread.currentThread().interrupt();
      CairnException read =
          catchThrowableOfType(CairnException.class, () -> fixture.client.get(KEY));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(read.outcomeUnknown()).isFalse();
      assertThat(fixture.node().cancelled()).isEqualTo(pipelining ? 0 : 2);
    }
  }

  @Test
  void aNodeThatNeverAnswersRunsIntoTheDeadline() throws IOException {
    ClientOptions options =
        new ClientOptions(
            ConsistencyLevel.STRONG,
            Duration.ofMillis(20),
            Duration.ofSeconds(15),
            1,
            10,
            pipelining);
    try (ClientFixture fixture = new ClientFixture(1, options)) {
      fixture.node().faults.add(fixture.node().silence());

      CairnException thrown =
          catchThrowableOfType(CairnException.class, () -> fixture.client.get(KEY));

      assertThat(thrown.reason()).isEqualTo(Failure.DEADLINE_EXCEEDED);
    }
  }

  @Test
  void closingFailsWhatIsUnderWayAndWhatComesLater() throws IOException {
    try (ClientFixture fixture = ClientFixture.of(1, pipelining)) {
      FakeNode node = fixture.node();
      AsyncCairnClient async = fixture.client.async();
      async.status().join();
      node.faults.add(node.silence());
      CompletableFuture<Long> sent = async.put(KEY, VALUE);
      node.faults.add(FakeNode.refuse(Failure.OVERLOADED));
      fixture.timer.hold = true;
      CompletableFuture<Long> pausing = async.put(KEY, VALUE);

      fixture.client.close();

      assertThat(failure(sent).outcomeUnknown()).isTrue();
      assertThat(failure(pausing).outcomeUnknown()).isFalse();
      assertThat(failure(pausing).reason()).isEqualTo(Failure.CLIENT_CLOSED);
      assertThat(failure(async.get(KEY)).reason()).isEqualTo(Failure.CLIENT_CLOSED);
      fixture.client.close();
    }
  }

  private static CairnException failure(CompletableFuture<?> future) {
    return (CairnException)
        Objects.requireNonNull(future.handle((value, error) -> error).getNow(null));
  }

  @Test
  void theExceptionPointsToTheCaller() throws IOException {
    try (ClientFixture fixture = ClientFixture.of(1, pipelining)) {
      fixture.node().faults.add(FakeNode.refuse(Failure.INTERNAL));

      assertThatThrownBy(() -> fixture.client.get(KEY))
          .satisfies(
              thrown ->
                  assertThat(thrown.getStackTrace()[1].getMethodName())
                      .isIn("get", "lambda$theExceptionPointsToTheCaller$0"));
    }
  }

  @Test
  void aClientWithoutANodeSaysWhichAddressItCannotReach() {
    try (CairnClient client =
        CairnClient.builder().endpoints("127.0.0.1:1").maxAttempts(2).build()) {
      CairnException thrown = catchThrowableOfType(CairnException.class, () -> client.get(KEY));

      assertThat(thrown.reason()).isEqualTo(Failure.UNREACHABLE);
      assertThat(thrown).hasMessageStartingWith("Cannot reach 127.0.0.1:1: Connection refused");
    }
  }

  @Test
  void theDefaultLevelIsTheBuilders() throws IOException {
    ClientOptions eventual =
        new ClientOptions(
            ConsistencyLevel.EVENTUAL,
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            3,
            10,
            pipelining);
    try (ClientFixture fixture = new ClientFixture(1, eventual)) {
      fixture.client.get(KEY);
      fixture.client.get(KEY, ConsistencyLevel.STRONG);

      assertThat(fixture.node().requests.stream().map(r -> ((GetRequest) r).getConsistencyValue()))
          .containsExactly(2, 1);
    }
  }
}
