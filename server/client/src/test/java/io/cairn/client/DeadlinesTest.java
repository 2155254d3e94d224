package io.cairn.client;

import static io.cairn.client.ClientFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.cairn.api.Failure;
import io.grpc.Context;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** A node that does not answer, in real time. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class DeadlinesTest {

  private static final byte[] KEY = bytes("key");

  @Parameter boolean pipelining;

  private ClientFixture fixture;
  private FakeNode node;

  @BeforeEach
  void start() throws IOException {
    fixture =
        new ClientFixture(
            1,
            new ClientOptions(
                ConsistencyLevel.STRONG,
                Duration.ofMillis(50),
                Duration.ofSeconds(15),
                1,
                1000,
                pipelining));
    node = fixture.node();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private int callsUnderWay() {
    return fixture.known.preferred().calls();
  }

  @Test
  void aWriteThatIsNotAnsweredEndsWithItsDeadline() {
    node.faults.add(node.silence());

    CairnException thrown =
        catchThrowableOfType(CairnException.class, () -> fixture.client.put(KEY, bytes("value")));

    assertThat(thrown.reason()).isEqualTo(Failure.DEADLINE_EXCEEDED);
    assertThat(thrown.outcomeUnknown()).isTrue();
    assertThat(thrown).hasMessageStartingWith("No answer from node0 in time.");
  }

  @Test
  void anAbandonedCallIsCancelledAtTheNodeAndForgotten() {
    node.faults.add(node.silence());

    assertThatThrownBy(() -> fixture.client.get(KEY)).isInstanceOf(CairnException.class);

    if (!pipelining) { // the stream's node has the deadline with the request
      await().until(() -> node.cancelled() == 1);
    }
    await().until(() -> callsUnderWay() == 0);
  }

  @Test
  void aLateCallDoesNotEndTheOthers() {
    node.faults.add(node.silence());
    CompletableFuture<?> late = fixture.client.async().get(KEY);

    fixture.client.put(KEY, bytes("value"));

    assertThat(fixture.client.get(KEY))
        .isNotNull()
        .extracting(VersionedValue::value)
        .isEqualTo(bytes("value"));
    assertThatThrownBy(late::join).hasCauseInstanceOf(CairnException.class);
    assertThat(fixture.client.get(KEY))
        .isNotNull()
        .extracting(VersionedValue::value)
        .isEqualTo(bytes("value"));
    await().until(() -> callsUnderWay() == 0);
  }

  /** A header that differs from call to call costs more than all else of a get. */
  @Test
  void noCallHasADeadlineOfItsOwn() {
    List<Boolean> deadlines = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 2; i++) {
      node.faults.add(
          (apply, caller) -> {
            deadlines.add(Context.current().getDeadline() != null);
            caller.onError(Status.UNAVAILABLE.asRuntimeException());
          });
    }

    assertThatThrownBy(() -> fixture.client.get(KEY)).isInstanceOf(CairnException.class);
    assertThatThrownBy(() -> fixture.client.put(KEY, bytes("value")))
        .isInstanceOf(CairnException.class);

    assertThat(deadlines).containsExactly(false, false);
  }
}
