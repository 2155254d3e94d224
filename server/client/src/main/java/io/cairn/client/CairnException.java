package io.cairn.client;

import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.v1.WriteOutcome;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call that failed for good: the client had sent it again as long as that was safe and the
 * deadline allowed. The message is one sentence for a person; {@link #reason} is for programs.
 *
 * <p>Its subclasses say what the caller can do: {@link InvalidRequestException} (change the call),
 * {@link UnavailableException} (nothing happened, later it may work), {@link
 * OutcomeUnknownException} (a write that may have happened), {@link BelowLevelException} (a write
 * that has, on too few replicas). What is none of these, such as a full disk, is a plain {@code
 * CairnException}.
 */
public class CairnException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Failure reason;
  private final WriteOutcome writeOutcome;
  private final Duration retryAfter;
  private final transient Map<String, String> details;

  CairnException(FailureStatus status, @Nullable Throwable cause) {
    super(status.message(), cause);
    this.reason = status.failure();
    this.writeOutcome = status.writeOutcome();
    this.retryAfter = status.retryDelay();
    this.details = status.metadata();
  }

  /** The exception that tells the caller of a failure what to do. */
  static CairnException of(FailureStatus status, @Nullable Throwable cause) {
    if (status.writeOutcome() == WriteOutcome.WRITE_OUTCOME_UNKNOWN) {
      return new OutcomeUnknownException(status, cause);
    }
    if (status.writeOutcome() == WriteOutcome.WRITE_OUTCOME_APPLIED_BELOW_LEVEL) {
      return new BelowLevelException(status, cause);
    }
    if (isRetryable(status.failure(), status.writeOutcome())) {
      return new UnavailableException(status, cause);
    }
    return switch (status.failure()) {
      case KEY_EMPTY,
          KEY_TOO_LARGE,
          VALUE_TOO_LARGE,
          TOO_MANY_KEYS,
          ANSWER_TOO_LARGE,
          INVALID_RANGE,
          INVALID_WRITE_ID,
          INVALID_CONSISTENCY,
          NOT_TEXT ->
          new InvalidRequestException(status, cause);
      default -> new CairnException(status, cause);
    };
  }

  /** The same failure of a write that other nodes have carried out in part. */
  CairnException asUnknown() {
    return of(
        new FailureStatus(
            reason,
            getMessage() + " Some shards are done, others are not.",
            WriteOutcome.WRITE_OUTCOME_UNKNOWN,
            retryAfter,
            details()),
        getCause());
  }

  /** What went wrong; {@code docs/errors.md} explains each. */
  public Failure reason() {
    return reason;
  }

  /**
   * Whether making the same call again later is safe and may succeed. False for a write that may
   * have been applied: a new call would be a new write.
   */
  public boolean isRetryable() {
    return isRetryable(reason, writeOutcome);
  }

  private static boolean isRetryable(Failure reason, WriteOutcome outcome) {
    return reason.isRetryable()
        && (outcome == WriteOutcome.WRITE_OUTCOME_UNSPECIFIED
            || outcome == WriteOutcome.WRITE_OUTCOME_NOT_APPLIED);
  }

  /** Whether this is a write of which nobody can tell whether it is or will be applied. */
  public boolean outcomeUnknown() {
    return writeOutcome == WriteOutcome.WRITE_OUTCOME_UNKNOWN;
  }

  /** How long to wait before calling again; zero when there is nothing to wait for. */
  public Duration retryAfter() {
    return retryAfter;
  }

  /** The numbers behind the message by name, such as a limit; may be empty. */
  public Map<String, String> details() {
    return details == null ? Map.of() : details;
  }
}
