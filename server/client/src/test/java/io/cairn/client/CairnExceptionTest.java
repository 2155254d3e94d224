package io.cairn.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.v1.WriteOutcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CairnExceptionTest {

  @ParameterizedTest
  @EnumSource(Failure.class)
  void whatItSaysFollowsFromTheTable(Failure failure) {
    CairnException read = CairnException.of(FailureStatus.ofRead(failure, "A sentence."), null);
    CairnException write = CairnException.of(FailureStatus.ofWrite(failure, "A sentence."), null);
    boolean unknown = failure.writeOutcome() == WriteOutcome.WRITE_OUTCOME_UNKNOWN;

    assertThat(read).hasMessage("A sentence.");
    assertThat(read.reason()).isEqualTo(failure);
    assertThat(read.outcomeUnknown()).isFalse();
    assertThat(read.isRetryable()).isEqualTo(failure.isRetryable());
    assertThat(read.retryAfter()).isEqualTo(failure.retryDelay());
    assertThat(write.outcomeUnknown()).isEqualTo(unknown);
    assertThat(write.isRetryable()).isEqualTo(failure.isRetryable() && !unknown);
    assertThat(write instanceof OutcomeUnknownException).isEqualTo(unknown);
    assertThat(write instanceof UnavailableException).isEqualTo(write.isRetryable());
    assertThat(read instanceof UnavailableException).isEqualTo(read.isRetryable());
  }

  @ParameterizedTest
  @EnumSource(Failure.class)
  void aWriteThatIsThereIsNotToBeMadeAgain(Failure failure) {
    CairnException below =
        CairnException.of(
            FailureStatus.ofWrite(failure, "A sentence.")
                .withWriteOutcome(WriteOutcome.WRITE_OUTCOME_APPLIED_BELOW_LEVEL),
            null);

    assertThat(below.isRetryable()).isFalse();
    assertThat(below.outcomeUnknown()).isFalse();
    assertThat(below).isNotInstanceOf(UnavailableException.class);
  }
}
