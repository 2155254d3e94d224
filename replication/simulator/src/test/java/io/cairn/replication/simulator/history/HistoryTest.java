package io.cairn.replication.simulator.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.cairn.replication.core.Consistency;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private static final Invocation WRITE =
      new Invocation(1, "k", Action.write("a"), Consistency.STRONG);
  private static final Invocation READ = new Invocation(1, "k", Action.read(), Consistency.STRONG);

  private final History history = new History();

  @Test
  void tellsEventsOfTheSameTimeApart() {
    int write = history.invoke(5, WRITE);
    history.complete(write, 5, Answer.done());
    int read = history.invoke(5, READ);
    history.complete(read, 3, Answer.value(null));
    assertThat(history.operations())
        .extracting(OperationRecord::invokeTime, OperationRecord::returnTime)
        .containsExactly(tuple(5L, 6L), tuple(7L, 8L));
    assertThat(new LinearizabilityChecker().check(history.operations()).isOk()).isFalse();
  }

  @Test
  void whatWasNotAnsweredIsUnknown() {
    history.invoke(5, WRITE);
    assertThat(history.operations().get(0).answer()).isEqualTo(Answer.unknown());
    assertThat(history.operations().get(0).toString())
        .isEqualTo("#0 5..open client 1 STRONG k write a: UNKNOWN");
  }

  @Test
  void refusesASecondAnswer() {
    int write = history.invoke(5, WRITE);
    history.complete(write, 6, Answer.done());
    assertThatThrownBy(() -> history.complete(write, 7, Answer.failed()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("#0");
  }

  @Test
  void refusesAnOperationThatReturnsBeforeItBegins() {
    assertThatThrownBy(() -> new OperationRecord(3, READ, 5, 4, Answer.value(null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("operation 3");
  }
}
