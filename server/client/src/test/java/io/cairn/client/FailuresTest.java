package io.cairn.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

class FailuresTest {

  /** As gRPC reports it when a node is killed just when a request is written. */
  @Test
  void aChannelThatClosesUnderARequestIsANodeThatCannotBeReached() {
    FailureStatus failure =
        Failures.read(
            Status.UNKNOWN
                .withDescription("channel closed")
                .withCause(new ClosedChannelException()),
            new Metadata(),
            "a:7400");

    assertThat(failure.failure()).isEqualTo(Failure.UNREACHABLE);
    assertThat(failure.message()).isEqualTo("Cannot reach a:7400: channel closed.");
    assertThat(failure.failure().isRetryable()).isTrue();
  }

  @Test
  void unknownOverTheWireIsTheNodesAnswer() {
    FailureStatus failure =
        Failures.read(Status.UNKNOWN.withDescription("hm"), new Metadata(), "a:7400");

    assertThat(failure.failure()).isEqualTo(Failure.UNRECOGNISED);
    assertThat(failure.message()).isEqualTo("a:7400 answered UNKNOWN: hm");
  }
}
