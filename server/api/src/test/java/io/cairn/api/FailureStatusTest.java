package io.cairn.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.ErrorInfo;
import io.cairn.v1.WriteOutcome;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class FailureStatusTest {

  static List<Failure> onTheWire() {
    return Arrays.stream(Failure.values()).filter(Failure::isOnTheWire).toList();
  }

  @ParameterizedTest
  @MethodSource("onTheWire")
  void everyRowTravelsThereAndBack(Failure failure) {
    FailureStatus write =
        FailureStatus.ofWrite(failure, "A sentence.").withMetadata(Map.of("limit", "7"));

    assertThat(sent(write)).isEqualTo(write);
    assertThat(sent(FailureStatus.ofRead(failure, "Another.")))
        .isEqualTo(FailureStatus.ofRead(failure, "Another."));
  }

  @Test
  void anOutcomeAndADelayOfItsOwnTravelToo() {
    FailureStatus status =
        FailureStatus.ofWrite(Failure.OVERLOADED, "Busy.")
            .withWriteOutcome(WriteOutcome.WRITE_OUTCOME_UNKNOWN)
            .withRetryDelay(Duration.ofSeconds(3, 250_000_000));

    assertThat(sent(status)).isEqualTo(status);
  }

  @Test
  void anyClientSeesTheStandardDetails() throws Exception {
    StatusRuntimeException thrown =
        FailureStatus.ofWrite(Failure.NOT_SERVING, "Not yet.").toException();
    com.google.rpc.Status status = Objects.requireNonNull(StatusProto.fromThrowable(thrown));

    assertThat(thrown.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(thrown.getStatus().getDescription()).isEqualTo("Not yet.");
    assertThat(
            status.getDetailsList().stream().map(any -> any.getTypeUrl().replaceFirst(".*/", "")))
        .containsExactly("google.rpc.ErrorInfo", "google.rpc.RetryInfo", "cairn.v1.WriteFailure");
    ErrorInfo info = status.getDetails(0).unpack(ErrorInfo.class);
    assertThat(info.getDomain()).isEqualTo("cairn");
    assertThat(info.getReason()).isEqualTo("NOT_SERVING");
  }

  @Test
  void aReasonOfAnotherDomainIsNotOurs() {
    StatusRuntimeException foreign =
        StatusProto.toStatusRuntimeException(
            com.google.rpc.Status.newBuilder()
                .setCode(Status.Code.UNAVAILABLE.value())
                .setMessage("proxy")
                .addDetails(
                    com.google.protobuf.Any.pack(
                        ErrorInfo.newBuilder()
                            .setDomain("proxy.example")
                            .setReason("KEY_EMPTY")
                            .build()))
                .build());

    assertThat(read(foreign).failure()).isEqualTo(Failure.UNREACHABLE);
  }

  @ParameterizedTest
  @EnumSource(Status.Code.class)
  void aPlainStatusTakesTheRowOfItsCode(Status.Code code) {
    FailureStatus read = FailureStatus.read(code.toStatus().withDescription("why"), null);

    assertThat(read.failure().isOnTheWire()).isFalse();
    assertThat(read.failure().code()).isIn(code, Status.Code.UNKNOWN);
    assertThat(read.message()).contains("why");
    assertThat(read.writeOutcome()).isEqualTo(WriteOutcome.WRITE_OUTCOME_UNSPECIFIED);
  }

  private static FailureStatus sent(FailureStatus status) {
    return read(status.toException());
  }

  private static FailureStatus read(StatusRuntimeException thrown) {
    return FailureStatus.read(thrown.getStatus(), thrown.getTrailers());
  }
}
