package io.cairn.api;

import static io.cairn.v1.WriteOutcome.WRITE_OUTCOME_APPLIED_BELOW_LEVEL;
import static io.cairn.v1.WriteOutcome.WRITE_OUTCOME_NOT_APPLIED;
import static io.cairn.v1.WriteOutcome.WRITE_OUTCOME_UNKNOWN;

import io.cairn.v1.ErrorReason;
import io.cairn.v1.WriteOutcome;
import io.grpc.Status;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The one table of what can go wrong with a request: gRPC code, what became of a write, whether
 * sending the same request again helps, and when. The node builds its answers from it ({@link
 * FailureStatus}), the client reads them by it, and {@code docs/errors.md} is compared with it.
 *
 * <p>The rows before {@link #DEADLINE_EXCEEDED} travel as an {@link ErrorReason}. The others never
 * do: gRPC or the client itself reports them.
 */
public enum Failure {
  KEY_EMPTY(Status.Code.INVALID_ARGUMENT, WRITE_OUTCOME_NOT_APPLIED),
  KEY_TOO_LARGE(Status.Code.INVALID_ARGUMENT, WRITE_OUTCOME_NOT_APPLIED),
  VALUE_TOO_LARGE(Status.Code.INVALID_ARGUMENT, WRITE_OUTCOME_NOT_APPLIED),
  TOO_MANY_KEYS(Status.Code.INVALID_ARGUMENT, WRITE_OUTCOME_NOT_APPLIED),
  INVALID_RANGE(Status.Code.INVALID_ARGUMENT, WRITE_OUTCOME_NOT_APPLIED),
  INVALID_WRITE_ID(Status.Code.INVALID_ARGUMENT, WRITE_OUTCOME_NOT_APPLIED),
  INVALID_CONSISTENCY(Status.Code.INVALID_ARGUMENT, WRITE_OUTCOME_NOT_APPLIED),
  /** The answer depends on the values' sizes: ask for fewer keys, or scan. */
  ANSWER_TOO_LARGE(Status.Code.FAILED_PRECONDITION, WRITE_OUTCOME_NOT_APPLIED),
  /** A queue or the budget of bytes in flight is full. */
  OVERLOADED(Status.Code.RESOURCE_EXHAUSTED, WRITE_OUTCOME_NOT_APPLIED, Duration.ofMillis(20)),
  /** Space does not come back within a retry: the caller is told at once. */
  DISK_FULL(Status.Code.RESOURCE_EXHAUSTED, WRITE_OUTCOME_NOT_APPLIED),
  /** The shard recovers its log or opens its epoch. */
  NOT_SERVING(Status.Code.UNAVAILABLE, WRITE_OUTCOME_NOT_APPLIED, Duration.ofMillis(100)),
  SHUTTING_DOWN(Status.Code.UNAVAILABLE, WRITE_OUTCOME_NOT_APPLIED, Duration.ofMillis(500)),
  NOT_LEADER(Status.Code.UNAVAILABLE, WRITE_OUTCOME_NOT_APPLIED, Duration.ofMillis(50)),
  /** The same request would fail again: it needs a newer {@code seen_offset}. */
  SEEN_OFFSET_TOO_OLD(Status.Code.ABORTED, WRITE_OUTCOME_NOT_APPLIED),
  /** A write sent again too late to recognise it: read, decide, write anew. */
  OUTSIDE_RETRY_WINDOW(Status.Code.ABORTED, WRITE_OUTCOME_UNKNOWN),
  /** Accepted, but the node stopped before it could confirm the write. */
  STOPPED(Status.Code.UNAVAILABLE, WRITE_OUTCOME_UNKNOWN, Duration.ofMillis(100)),
  DATA_CORRUPT(Status.Code.DATA_LOSS, WRITE_OUTCOME_UNKNOWN),
  /** The storage engine has fallen behind. */
  STORE_BUSY(Status.Code.RESOURCE_EXHAUSTED, WRITE_OUTCOME_NOT_APPLIED, Duration.ofMillis(100)),
  INTERNAL(Status.Code.INTERNAL, WRITE_OUTCOME_UNKNOWN),
  /** STRONG writes need more in-sync replicas than there are; EVENTUAL writes go on. */
  NOT_ENOUGH_REPLICAS(Status.Code.UNAVAILABLE, WRITE_OUTCOME_NOT_APPLIED, Duration.ofMillis(100)),
  /** The write is applied; it is less safe than was asked for. */
  BELOW_LEVEL(Status.Code.ABORTED, WRITE_OUTCOME_APPLIED_BELOW_LEVEL),
  /** Accepted, but another node leads the shard now. */
  LEADERSHIP_LOST(Status.Code.UNAVAILABLE, WRITE_OUTCOME_UNKNOWN, Duration.ofMillis(20)),
  /** The quorum that agrees on changes of the cluster; reads and writes of keys do not need it. */
  METADATA_UNAVAILABLE(Status.Code.UNAVAILABLE, WRITE_OUTCOME_UNKNOWN, Duration.ofMillis(200)),
  /** The sentence tells which rule, and what to do. */
  CHANGE_REFUSED(Status.Code.FAILED_PRECONDITION, WRITE_OUTCOME_NOT_APPLIED),
  /** Of a pipelined stream: no request that the node knows. */
  INVALID_OPERATION(Status.Code.INVALID_ARGUMENT, WRITE_OUTCOME_NOT_APPLIED),

  /** No answer within the caller's deadline. */
  DEADLINE_EXCEEDED(Status.Code.DEADLINE_EXCEEDED, WRITE_OUTCOME_UNKNOWN, Duration.ZERO),
  /** No connection, or it broke before the answer. */
  UNREACHABLE(Status.Code.UNAVAILABLE, WRITE_OUTCOME_UNKNOWN, Duration.ZERO),
  /** The caller cancelled the call, or its thread was interrupted. */
  CANCELLED(Status.Code.CANCELLED, WRITE_OUTCOME_UNKNOWN),
  /** The server does not know the method: another program, or an older version. */
  UNIMPLEMENTED(Status.Code.UNIMPLEMENTED, WRITE_OUTCOME_NOT_APPLIED),
  /** TLS or credentials do not suit the server. */
  UNAUTHENTICATED(Status.Code.UNAUTHENTICATED, WRITE_OUTCOME_NOT_APPLIED),
  PERMISSION_DENIED(Status.Code.PERMISSION_DENIED, WRITE_OUTCOME_NOT_APPLIED),
  /** A code without a reason that none of the rows above has, or a reason of a newer version. */
  UNRECOGNISED(Status.Code.UNKNOWN, WRITE_OUTCOME_UNKNOWN),
  /** In the client: its limit of outstanding calls is reached; nothing was sent. */
  TOO_MANY_OUTSTANDING(
      Status.Code.RESOURCE_EXHAUSTED, WRITE_OUTCOME_NOT_APPLIED, Duration.ofMillis(1)),
  /** In the client: it is closed; nothing was sent. */
  CLIENT_CLOSED(Status.Code.FAILED_PRECONDITION, WRITE_OUTCOME_NOT_APPLIED),
  /** In the client: a node that is not of the cluster that the client has worked with. */
  OTHER_CLUSTER(Status.Code.FAILED_PRECONDITION, WRITE_OUTCOME_NOT_APPLIED),
  /** In the client: a key or value is not well-formed text. */
  NOT_TEXT(Status.Code.INVALID_ARGUMENT, WRITE_OUTCOME_NOT_APPLIED);

  private static final Map<String, Failure> BY_WIRE_NAME =
      Arrays.stream(values())
          .filter(Failure::isOnTheWire)
          .collect(Collectors.toUnmodifiableMap(Failure::name, Function.identity()));

  private final Status.Code code;
  private final WriteOutcome writeOutcome;
  private final @Nullable Duration retryDelay;

  Failure(Status.Code code, WriteOutcome writeOutcome) {
    this.code = code;
    this.writeOutcome = writeOutcome;
    this.retryDelay = null;
  }

  Failure(Status.Code code, WriteOutcome writeOutcome, Duration retryDelay) {
    this.code = code;
    this.writeOutcome = writeOutcome;
    this.retryDelay = retryDelay;
  }

  public Status.Code code() {
    return code;
  }

  /** What became of a write that failed with it; without meaning for a read. */
  public WriteOutcome writeOutcome() {
    return writeOutcome;
  }

  /**
   * Whether the same request may succeed when it is sent again after {@link #retryDelay}. A write
   * whose outcome is unknown may only be sent again with the same write id and the next attempt.
   */
  public boolean isRetryable() {
    return retryDelay != null;
  }

  /** How long to wait at least before sending again; zero when there is nothing to wait for. */
  public Duration retryDelay() {
    return retryDelay == null ? Duration.ZERO : retryDelay;
  }

  /** Whether a node answers with it; the others arise in gRPC or in the client. */
  public boolean isOnTheWire() {
    return compareTo(DEADLINE_EXCEEDED) < 0;
  }

  /** The row of an {@code ErrorInfo.reason}; {@link #UNRECOGNISED} when there is none. */
  public static Failure ofWireName(String name) {
    return BY_WIRE_NAME.getOrDefault(name, UNRECOGNISED);
  }
}
