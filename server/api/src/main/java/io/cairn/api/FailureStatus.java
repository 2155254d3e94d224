package io.cairn.api;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.cairn.v1.PipelineFailure;
import io.cairn.v1.WriteFailure;
import io.cairn.v1.WriteOutcome;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Failure} as it travels: a {@code google.rpc.Status} with {@code ErrorInfo}, {@code
 * RetryInfo} when sending again helps, and {@code WriteFailure} when the request was a write.
 *
 * @param message one sentence for a person
 * @param writeOutcome what became of the write; {@link WriteOutcome#WRITE_OUTCOME_UNSPECIFIED} for
 *     a read
 * @param retryDelay how long to wait before sending again; meaningless unless the failure is
 *     retryable
 * @param metadata names and values behind the message, for programs: a limit, a size, a shard
 */
public record FailureStatus(
    Failure failure,
    String message,
    WriteOutcome writeOutcome,
    Duration retryDelay,
    Map<String, String> metadata) {

  /** {@code ErrorInfo.domain} of every answer of a Cairn node. */
  public static final String DOMAIN = "cairn";

  public FailureStatus {
    metadata = Map.copyOf(metadata);
  }

  /** A read that failed. */
  public static FailureStatus ofRead(Failure failure, String message) {
    return new FailureStatus(
        failure, message, WriteOutcome.WRITE_OUTCOME_UNSPECIFIED, failure.retryDelay(), Map.of());
  }

  /** A write that failed, with the outcome of the table. */
  public static FailureStatus ofWrite(Failure failure, String message) {
    return new FailureStatus(
        failure, message, failure.writeOutcome(), failure.retryDelay(), Map.of());
  }

  /** The same with another outcome than the table's, as for a clear that some shards had done. */
  public FailureStatus withWriteOutcome(WriteOutcome newWriteOutcome) {
    return new FailureStatus(failure, message, newWriteOutcome, retryDelay, metadata);
  }

  public FailureStatus withMessage(String newMessage) {
    return new FailureStatus(failure, newMessage, writeOutcome, retryDelay, metadata);
  }

  public FailureStatus withRetryDelay(Duration newRetryDelay) {
    return new FailureStatus(failure, message, writeOutcome, newRetryDelay, metadata);
  }

  public FailureStatus withMetadata(Map<String, String> newMetadata) {
    return new FailureStatus(failure, message, writeOutcome, retryDelay, newMetadata);
  }

  /** What a service hands to {@code StreamObserver.onError}. */
  public StatusRuntimeException toException() {
    return StatusProto.toStatusRuntimeException(toStatus());
  }

  /** The same where it is one answer of many. */
  public PipelineFailure toAnswer() {
    com.google.rpc.Status status = toStatus();
    return PipelineFailure.newBuilder()
        .setCode(status.getCode())
        .setMessage(status.getMessage())
        .addAllDetails(status.getDetailsList())
        .build();
  }

  private com.google.rpc.Status toStatus() {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder().setCode(failure.code().value()).setMessage(message);
    if (!failure.isOnTheWire()) { // gRPC's own, which has no reason and is known by its code
      return status.build();
    }
    status.addDetails(
        Any.pack(
            ErrorInfo.newBuilder()
                .setDomain(DOMAIN)
                .setReason(failure.name())
                .putAllMetadata(metadata)
                .build()));
    if (failure.isRetryable()) {
      status.addDetails(
          Any.pack(
              RetryInfo.newBuilder()
                  .setRetryDelay(
                      com.google.protobuf.Duration.newBuilder()
                          .setSeconds(retryDelay.getSeconds())
                          .setNanos(retryDelay.getNano()))
                  .build()));
    }
    if (writeOutcome != WriteOutcome.WRITE_OUTCOME_UNSPECIFIED) {
      status.addDetails(Any.pack(WriteFailure.newBuilder().setOutcome(writeOutcome).build()));
    }
    return status.build();
  }

  /**
   * Reads what a call ended with; takes the table's row of the gRPC code when it carries no reason
   * of ours.
   */
  public static FailureStatus read(Status ended, @Nullable Metadata trailers) {
    return read(StatusProto.fromStatusAndTrailers(ended, trailers));
  }

  /** The same of one answer of many. */
  public static FailureStatus read(PipelineFailure answer) {
    return read(
        com.google.rpc.Status.newBuilder()
            .setCode(answer.getCode())
            .setMessage(answer.getMessage())
            .addAllDetails(answer.getDetailsList())
            .build());
  }

  private static FailureStatus read(com.google.rpc.Status status) {
    ErrorInfo info = detailOrNull(status, ErrorInfo.class);
    if (info == null || !info.getDomain().equals(DOMAIN)) {
      return withoutReason(status);
    }
    Failure failure = Failure.ofWireName(info.getReason());
    WriteFailure write = detailOrNull(status, WriteFailure.class);
    RetryInfo retry = detailOrNull(status, RetryInfo.class);
    return new FailureStatus(
        failure,
        status.getMessage(),
        write == null ? WriteOutcome.WRITE_OUTCOME_UNSPECIFIED : write.getOutcome(),
        retry == null
            ? failure.retryDelay()
            : Duration.ofSeconds(
                retry.getRetryDelay().getSeconds(), retry.getRetryDelay().getNanos()),
        info.getMetadataMap());
  }

  private static FailureStatus withoutReason(com.google.rpc.Status status) {
    Status.Code code = Status.fromCodeValue(status.getCode()).getCode();
    Failure failure =
        switch (code) {
          case DEADLINE_EXCEEDED -> Failure.DEADLINE_EXCEEDED;
          case UNAVAILABLE -> Failure.UNREACHABLE;
          case CANCELLED -> Failure.CANCELLED;
          case UNIMPLEMENTED -> Failure.UNIMPLEMENTED;
          case UNAUTHENTICATED -> Failure.UNAUTHENTICATED;
          case PERMISSION_DENIED -> Failure.PERMISSION_DENIED;
          default -> Failure.UNRECOGNISED;
        };
    String description = status.getMessage();
    return ofRead(failure, description.isEmpty() ? code.name() : code + ": " + description);
  }

  private static <T extends Message> @Nullable T detailOrNull(
      com.google.rpc.Status status, Class<T> type) {
    for (Any detail : status.getDetailsList()) {
      if (detail.is(type)) {
        try {
          return detail.unpack(type);
        } catch (InvalidProtocolBufferException e) {
          return null; // as good as absent: the row of the table takes its place
        }
      }
    }
    return null;
  }
}
