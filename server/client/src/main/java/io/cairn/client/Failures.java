package io.cairn.client;

import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.v1.WriteOutcome;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads what a call ended with and words it for the user. */
final class Failures {

  private Failures() {}

  /** What an attempt ended with, worded with the node's name where gRPC's own words lack it. */
  static FailureStatus read(Status status, Metadata trailers, String node) {
    FailureStatus failure = FailureStatus.read(status, trailers);
    return switch (failure.failure()) {
      case UNREACHABLE -> unreachable(node, status);
      // The caller did not cancel, or nobody would ask: the server's end of the connection did.
      case CANCELLED -> unreachable(node, status);
      case UNRECOGNISED ->
          isOfConnection(status) ? unreachable(node, status) : worded(failure, node);
      default -> worded(failure, node);
    };
  }

  /**
   * What the requests failed with that were not answered when their stream ended. Whatever reason
   * it ended for, it says nothing of them.
   */
  static FailureStatus ofStream(Status status, Metadata trailers, String node) {
    FailureStatus failure = read(status, trailers, node);
    return status.isOk() || failure.failure().isOnTheWire() ? unreachable(node, status) : failure;
  }

  static FailureStatus noAnswer(String node) {
    return FailureStatus.ofRead(Failure.DEADLINE_EXCEEDED, "No answer from " + node + " in time.");
  }

  /** The same for what a node said of one request, be it in its own words or in gRPC's. */
  static FailureStatus worded(FailureStatus failure, String node) {
    return switch (failure.failure()) {
      case DEADLINE_EXCEEDED -> noAnswer(node);
      case UNIMPLEMENTED ->
          FailureStatus.ofRead(
              Failure.UNIMPLEMENTED,
              node + " does not know the call: is it a Cairn node of this version?");
      // A newer node's reason: what it says of the outcome and of trying again holds all the same.
      case UNRECOGNISED -> failure.withMessage(node + " answered " + failure.message());
      default -> failure;
    };
  }

  /**
   * gRPC has the code UNKNOWN for a connection that closes just when a request is written to it. A
   * status that came over the wire has no cause.
   */
  private static boolean isOfConnection(Status status) {
    return status.getCode() == Status.Code.UNKNOWN && status.getCause() instanceof IOException;
  }

  /** Whether it lies with the node, so that another one should be asked. */
  static boolean isTheNodes(FailureStatus failure) {
    return failure.failure().code() == Status.Code.UNAVAILABLE
        || failure.failure() == Failure.DEADLINE_EXCEEDED
        || failure.failure() == Failure.OTHER_CLUSTER;
  }

  /** Whether the node is of no use for anything at present, not only for this shard. */
  static boolean isLost(FailureStatus failure) {
    return switch (failure.failure()) {
      case UNREACHABLE, DEADLINE_EXCEEDED, SHUTTING_DOWN, STOPPED, NOT_SERVING, OTHER_CLUSTER ->
          true;
      default -> false;
    };
  }

  private static FailureStatus unreachable(String node, Status status) {
    return FailureStatus.ofRead(
        Failure.UNREACHABLE, "Cannot reach " + node + ": " + rootMessage(status) + ".");
  }

  private static @Nullable String rootMessage(Status status) {
    Throwable cause = status.getCause();
    if (cause == null) {
      return status.getDescription();
    }
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    // What precedes the last colon is which system call it was.
    if (message == null) {
      String description = status.getDescription();
      return description == null ? cause.toString() : description;
    }
    return message.substring(message.lastIndexOf(": ") + 1).strip();
  }

  /**
   * Adds how often it was tried, and what a write's caller must know.
   *
   * @param foreigner a sentence on the node of another cluster that was met; null when none was
   */
  static FailureStatus withStory(
      FailureStatus failure, int attempts, long spentNanos, @Nullable String foreigner) {
    StringBuilder message = new StringBuilder(failure.message());
    if (attempts > 1) {
      message.append(
          String.format(
              Locale.ROOT,
              " Tried %d times in %.1f s.",
              attempts,
              Duration.ofNanos(spentNanos).toMillis() / 1000.0));
    }
    if (foreigner != null
        && isTheNodes(failure)
        && failure.failure() != Failure.OTHER_CLUSTER) { // which says so itself
      message.append(' ').append(foreigner);
    }
    if (failure.writeOutcome() == WriteOutcome.WRITE_OUTCOME_UNKNOWN) {
      message.append(" The write may or may not have been applied.");
    }
    return failure.withMessage(message.toString());
  }
}
