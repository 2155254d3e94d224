package io.cairn.client;

import static io.cairn.client.ClientFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.cairn.api.Failure;
import io.cairn.v1.WriteFailure;
import io.cairn.v1.WriteId;
import io.cairn.v1.WriteOutcome;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(booleans = {true, false})
class RetryTest {

  @Parameter boolean pipelining;

  private static final byte[] KEY = bytes("key");
  private static final byte[] VALUE = bytes("value");

  private ClientFixture fixture;
  private FakeNode node;
  private CairnClient client;

  @BeforeEach
  void start() throws IOException {
    fixture = ClientFixture.of(1, pipelining);
    node = fixture.node();
    client = fixture.client;
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private static CairnException thrownBy(ThrowingCallable call) {
    return catchThrowableOfType(CairnException.class, call);
  }

  @Test
  void aLostReplyIsAskedForAgainUnderTheSameIdAndAppliedOnce() {
    node.faults.add(FakeNode.loseReply());

    assertThat(client.put(KEY, VALUE)).isEqualTo(1000);

    assertThat(node.applied).isEqualTo(1);
    assertThat(node.writeIds).containsExactly(id(1, 1000, 1), id(1, 1000, 2));
  }

  @Test
  void eachWriteHasASequenceOfItsOwnAndTheNewestOffsetSeen() {
    client.put(KEY, VALUE);
    client.delete(KEY);

    assertThat(node.writeIds).containsExactly(id(1, 1000, 1), id(2, 1001, 1));
    assertThat(node.describeCalls).isEqualTo(1);
  }

  @Test
  void aRefusedWriteIsAFirstAttemptAgainWithANewerOffset() {
    node.faults.add(
        (apply, caller) -> {
          node.offset = 5000; // others write meanwhile
          FakeNode.refuse(Failure.OVERLOADED).strike(apply, caller);
        });
    node.faults.add(
        (apply, caller) -> {
          client.status(); // from which the client learns the offset
          FakeNode.refuse(Failure.OVERLOADED).strike(apply, caller);
        });

    client.put(KEY, VALUE);

    assertThat(node.writeIds).containsExactly(id(1, 1000, 1), id(1, 1000, 1), id(1, 5000, 1));
  }

  @Test
  void anAttemptBeginsOnlyWhenTheOneBeforeIsSentInFull() {
    SendingDepth depth = new SendingDepth();
    node.faults.addAll(Collections.nCopies(3, FakeNode.breakBefore()));

    try (CairnClient observed =
        new CairnClient(
            new Connection(
                new Nodes(
                    List.of(new Node("node0", () -> node.channel(depth), fixture.timer)),
                    address -> null),
                ClientFixture.options(30, 10, false),
                fixture.timer,
                () -> 0.5,
                ClientFixture.CLIENT_ID))) {
      observed.put(KEY, VALUE);
    }

    assertThat(node.writeIds).hasSize(4);
    assertThat(depth.largest).isEqualTo(1);
  }

  /** How many requests are being sent at the same time. */
  private static final class SendingDepth implements ClientInterceptor {

    private int now;
    private int largest;

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      return new ForwardingClientCall.SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void halfClose() {
          now++;
          largest = Math.max(largest, now);
          super.halfClose(); // the fake node answers within
          now--;
        }
      };
    }
  }

  @Test
  void aReadIsRepeatedUntilTheNodeServes() {
    node.faults.add(FakeNode.breakBefore());
    node.faults.add(FakeNode.refuse(Failure.NOT_SERVING));
    node.faults.add(FakeNode.refuse(Failure.STORE_BUSY));

    assertThat(client.get(KEY)).isNull();
    assertThat(node.requests).hasSize(4);
  }

  @Test
  void theNodesRetryInfoIsHonoured() {
    node.faults.add(
        FakeNode.refuse(
            FakeNode.status(Failure.OVERLOADED).withRetryDelay(Duration.ofMillis(700))));

    client.put(KEY, VALUE);

    assertThat(fixture.timer.delaysNanos).hasSize(1);
    assertThat(fixture.timer.delaysNanos.get(0))
        .isBetween(TimeUnit.MILLISECONDS.toNanos(700), TimeUnit.MILLISECONDS.toNanos(720));
  }

  @Test
  void aWriteWithoutAnswerWithinTheDeadlineHasAnUnknownOutcome() {
    for (int i = 0; i < 5; i++) {
      node.faults.add(
          (apply, caller) -> {
            fixture.timer.advance(TimeUnit.SECONDS.toNanos(5));
            caller.onError(Status.DEADLINE_EXCEEDED.asRuntimeException());
          });
    }

    CairnException thrown = thrownBy(() -> client.put(KEY, VALUE));

    assertThat(thrown).isInstanceOf(OutcomeUnknownException.class);
    assertThat(thrown.reason()).isEqualTo(Failure.DEADLINE_EXCEEDED);
    assertThat(thrown.outcomeUnknown()).isTrue();
    assertThat(thrown.isRetryable()).isFalse();
    assertThat(thrown)
        .hasMessage(
            "No answer from node0 in time. Tried 3 times in 15.0 s."
                + " The write may or may not have been applied.");
    assertThat(node.requests).hasSize(3);
  }

  @Test
  void aReadWithoutAnswerWithinTheDeadlineMayBeMadeAgain() {
    node.faults.add(
        (apply, caller) -> {
          fixture.timer.advance(TimeUnit.SECONDS.toNanos(15));
          caller.onError(Status.DEADLINE_EXCEEDED.asRuntimeException());
        });

    CairnException thrown = thrownBy(() -> client.get(KEY));

    assertThat(thrown).isInstanceOf(UnavailableException.class);
    assertThat(thrown.isRetryable()).isTrue();
    assertThat(thrown.outcomeUnknown()).isFalse();
  }

  @Test
  void aRefusalAfterALostReplyDoesNotMakeTheWriteUnapplied() {
    node.faults.add(FakeNode.loseReply());
    node.faults.addAll(Collections.nCopies(40, FakeNode.refuse(Failure.OVERLOADED)));

    CairnException thrown = thrownBy(() -> client.put(KEY, VALUE));

    assertThat(thrown).isInstanceOf(OutcomeUnknownException.class);
    assertThat(thrown.reason()).isEqualTo(Failure.OVERLOADED);
    assertThat(node.applied).isEqualTo(1);
    assertThat(node.writeIds.get(5)).isEqualTo(id(1, 1000, 6));
  }

  @Test
  void anOverloadThatLastsEndsWithAnExceptionThatSaysNothingWasDone() {
    node.faults.addAll(Collections.nCopies(40, FakeNode.refuse(Failure.OVERLOADED)));

    CairnException thrown = thrownBy(() -> client.put(KEY, VALUE));

    assertThat(thrown).isInstanceOf(UnavailableException.class);
    assertThat(thrown.isRetryable()).isTrue();
    assertThat(thrown.retryAfter()).isEqualTo(Duration.ofMillis(20));
    assertThat(thrown).hasMessageStartingWith("The node says OVERLOADED. Tried ");
    assertThat(node.applied).isZero();
  }

  @Test
  void anOffsetThatIsTooOldIsRefreshedAndTheWriteSentAsNew() {
    client.put(KEY, VALUE);
    node.faults.add(
        (apply, caller) -> {
          node.offset = 900_000;
          FakeNode.refuse(Failure.SEEN_OFFSET_TOO_OLD).strike(apply, caller);
        });

    assertThat(client.put(KEY, VALUE)).isEqualTo(900_000);

    assertThat(node.describeCalls).isEqualTo(2);
    assertThat(node.writeIds).containsExactly(id(1, 1000, 1), id(2, 1001, 1), id(2, 900_000, 1));
  }

  @Test
  void anOffsetThatIsTooOldAfterALostReplyIsNotRefreshed() {
    node.faults.add(FakeNode.loseReply());
    node.faults.add(FakeNode.refuse(Failure.SEEN_OFFSET_TOO_OLD));

    assertThat(thrownBy(() -> client.put(KEY, VALUE))).isInstanceOf(OutcomeUnknownException.class);
    assertThat(node.writeIds).hasSize(2);
  }

  @Test
  void aRetryOutsideTheWindowHasAnUnknownOutcome() {
    node.faults.add(FakeNode.loseReply());
    node.faults.add(FakeNode.refuse(Failure.OUTSIDE_RETRY_WINDOW));

    CairnException thrown = thrownBy(() -> client.put(KEY, VALUE));

    assertThat(thrown).isInstanceOf(OutcomeUnknownException.class);
    assertThat(thrown.reason()).isEqualTo(Failure.OUTSIDE_RETRY_WINDOW);
    assertThat(node.requests).hasSize(2);
  }

  @Test
  void aFullDiskIsToldAtOnce() {
    node.faults.add(FakeNode.refuse(Failure.DISK_FULL));

    CairnException thrown = thrownBy(() -> client.put(KEY, VALUE));

    assertThat(thrown).isExactlyInstanceOf(CairnException.class);
    assertThat(thrown).hasMessage("The node says DISK_FULL.");
    assertThat(thrown.outcomeUnknown()).isFalse();
  }

  @Test
  void aClearIsRepeatedOnlyWhenNothingWasDone() {
    node.faults.add(FakeNode.refuse(Failure.NOT_SERVING));
    client.clear();
    assertThat(node.requests).hasSize(2);

    node.faults.add(FakeNode.loseReply());
    CairnException thrown = thrownBy(client::clear);

    assertThat(thrown).isInstanceOf(OutcomeUnknownException.class);
    assertThat(node.requests).hasSize(3);
    node.faults.add(
        FakeNode.refuse(
            FakeNode.status(Failure.NOT_SERVING)
                .withWriteOutcome(WriteOutcome.WRITE_OUTCOME_UNKNOWN)));
    assertThat(thrownBy(client::clear)).isInstanceOf(OutcomeUnknownException.class);
    assertThat(node.requests).hasSize(4);
  }

  @Test
  void aWriteThatBreaksTheLimitsIsNotSent() {
    assertThat(thrownBy(() -> client.put(new byte[0], VALUE)).reason())
        .isEqualTo(Failure.KEY_EMPTY);
    assertThat(thrownBy(() -> client.put(new byte[65537], VALUE)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("The key has 65537 bytes; the limit is 65536.");
    assertThat(thrownBy(() -> client.put(KEY, new byte[(1 << 20) + 1])).reason())
        .isEqualTo(Failure.VALUE_TOO_LARGE);
    assertThat(node.requests).isEmpty();

    client.put(new byte[65536], new byte[1 << 20]);
    assertThat(node.requests).hasSize(1);
  }

  @Test
  void aLimitThatWasRaisedIsLearntBeforeAWriteIsRefused() {
    client.put(KEY, VALUE);
    node.maxValueBytes = 2 << 20;

    client.put(KEY, new byte[(1 << 20) + 1]);

    assertThat(node.describeCalls).isEqualTo(2);
    assertThat(thrownBy(() -> client.put(KEY, new byte[(2 << 20) + 1])))
        .hasMessage("The value has 2097153 bytes; the limit is 2097152.");
    assertThat(node.describeCalls).isEqualTo(3);
  }

  @Test
  void aStatusThatIsNeededForAWriteIsNotWaitedForBeyondItsDeadline() {
    client.put(KEY, VALUE);
    node.faults.add(
        (apply, caller) -> {
          fixture.timer.advance(TimeUnit.SECONDS.toNanos(14));
          FakeNode.refuse(Failure.SEEN_OFFSET_TOO_OLD).strike(apply, caller);
        });
    node.describeFaults.add(node.silence());

    CairnException thrown = thrownBy(() -> client.put(KEY, VALUE));

    assertThat(thrown).isInstanceOf(UnavailableException.class);
    assertThat(thrown.reason()).isEqualTo(Failure.DEADLINE_EXCEEDED);
    assertThat(fixture.timer.delaysNanos.get(1)).isLessThanOrEqualTo(TimeUnit.SECONDS.toNanos(1));
  }

  @Test
  void aNodeOfAnotherClusterMakesTheOffsetsStartAnew() {
    client.put(KEY, VALUE);
    node.clusterId = "c2";
    node.offset = 3;

    client.get(KEY);
    client.put(KEY, VALUE);

    assertThat(node.describeCalls).isEqualTo(2);
    assertThat(node.writeIds.get(1)).isEqualTo(id(2, 3, 1));
  }

  @Test
  void anAnswerThatNobodyForesawIsShownAsItIs() {
    node.faults.add(
        (apply, caller) ->
            caller.onError(Status.UNKNOWN.withDescription("odd").asRuntimeException()));

    CairnException thrown = thrownBy(() -> client.put(KEY, VALUE));

    assertThat(thrown.reason()).isEqualTo(Failure.UNRECOGNISED);
    assertThat(thrown.outcomeUnknown()).isTrue();
    assertThat(thrown).hasMessageStartingWith("node0 answered UNKNOWN: odd");
  }

  @Test
  void whatANewerNodeSaysOfTheOutcomeIsKept() {
    StatusRuntimeException newer =
        StatusProto.toStatusRuntimeException(
            com.google.rpc.Status.newBuilder()
                .setCode(Status.Code.RESOURCE_EXHAUSTED.value())
                .setMessage("Your quota is used up.")
                .addDetails(
                    Any.pack(
                        ErrorInfo.newBuilder()
                            .setDomain("cairn")
                            .setReason("QUOTA_OF_TOMORROW")
                            .build()))
                .addDetails(
                    Any.pack(
                        RetryInfo.newBuilder()
                            .setRetryDelay(com.google.protobuf.Duration.newBuilder().setSeconds(3))
                            .build()))
                .addDetails(
                    Any.pack(
                        WriteFailure.newBuilder()
                            .setOutcome(WriteOutcome.WRITE_OUTCOME_NOT_APPLIED)
                            .build()))
                .build());
    node.faults.add((apply, caller) -> caller.onError(newer));

    CairnException thrown = thrownBy(() -> client.put(KEY, VALUE));

    assertThat(thrown.reason()).isEqualTo(Failure.UNRECOGNISED);
    assertThat(thrown.outcomeUnknown()).isFalse();
    assertThat(thrown.retryAfter()).isEqualTo(Duration.ofSeconds(3));
    assertThat(thrown).hasMessage("node0 answered Your quota is used up.");
  }

  private static WriteId id(long sequence, long seenOffset, int attempt) {
    return WriteId.newBuilder()
        .setClientId(ClientFixture.CLIENT_ID)
        .setSequence(sequence)
        .setSeenOffset(seenOffset)
        .setAttempt(attempt)
        .build();
  }
}
