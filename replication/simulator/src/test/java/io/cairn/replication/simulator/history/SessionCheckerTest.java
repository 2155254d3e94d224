package io.cairn.replication.simulator.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.replication.core.Consistency;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SessionCheckerTest {
  private final Histories history = new Histories();
  private long now;

  private SessionCheckerTest write(long client, String value, int node, long epoch, long offset) {
    return add(
        client, Consistency.EVENTUAL, Action.write(value), Answer.done(), node, epoch, offset);
  }

  private SessionCheckerTest read(
      long client, @Nullable String value, int node, long epoch, long offset) {
    return add(
        client, Consistency.EVENTUAL, Action.read(), Answer.value(value), node, epoch, offset);
  }

  private SessionCheckerTest add(
      long client,
      Consistency level,
      Action action,
      Answer answer,
      int node,
      long epoch,
      long offset) {
    now += 10;
    history.add(
        client, now, now + 5, level, Histories.KEY, action, answer.from(node, epoch, offset));
    return this;
  }

  private void assertGood() {
    assertThat(SessionChecker.check(history.operations())).isEmpty();
  }

  private void assertBad() {
    assertThat(SessionChecker.check(history.operations())).hasSize(1);
  }

  @Test
  void wantsTheOwnWriteOrANewerOne() {
    write(1, "a", 1, 1, 10).read(1, "a", 1, 1, 10).read(1, "b", 1, 1, 12).assertGood();
    read(1, "old", 1, 1, 9).assertBad();
  }

  @Test
  void wantsAStrongWriteToo() {
    add(1, Consistency.STRONG, Action.write("a"), Answer.done(), 1, 1, 10);
    read(1, "old", 1, 1, 9).assertBad();
  }

  @Test
  void wantsAConditionalWriteThatWasDone() {
    add(1, Consistency.STRONG, Action.cas(null, "a"), Answer.cas(false), 1, 1, 10);
    read(1, null, 1, 1, 9).assertGood();
    add(1, Consistency.STRONG, Action.cas(null, "a"), Answer.cas(true), 1, 1, 11);
    read(1, null, 1, 1, 9).assertBad();
  }

  @Test
  void wantsTheNewestOfItsWrites() {
    write(1, "a", 1, 1, 10).write(1, "b", 1, 1, 11).read(1, "a", 1, 1, 10).assertBad();
    assertThat(SessionChecker.check(history.operations()).get(0).write().id()).isEqualTo(1);
    assertThat(SessionChecker.check(history.operations()).get(0).toString())
        .contains("write b", "read: a", "offset 11");
  }

  @Test
  void promisesNothingToOthersOnOtherNodesOrInAnotherEpoch() {
    write(1, "a", 1, 1, 10);
    read(2, "old", 1, 1, 9).read(1, "old", 2, 1, 9).read(1, "old", 1, 2, 9).assertGood();
  }

  @Test
  void promisesNothingBeforeTheWriteIsConfirmed() {
    history.add(
        1,
        0,
        100,
        Consistency.EVENTUAL,
        Histories.KEY,
        Action.write("a"),
        Answer.done().from(1, 1, 10));
    now = 80;
    read(1, "old", 1, 1, 9).read(1, "old", 1, 1, 9).assertGood();
    read(1, "old", 1, 1, 9).assertBad();
  }

  @Test
  void anAbsentKeyNeedsADelete() {
    write(1, "a", 1, 1, 10).read(1, null, 1, 1, -1).assertBad();
  }

  @Test
  void anOlderDeleteDoesNotExplainAnAbsentKey() {
    add(2, Consistency.EVENTUAL, Action.delete(), Answer.done(), 1, 1, 9);
    write(1, "a", 1, 1, 10).read(1, null, 1, 1, -1).assertBad();
  }

  @Test
  void aNewerDeleteOrOneOfUnknownOutcomeExplainsAnAbsentKey() {
    write(1, "a", 1, 1, 10);
    add(2, Consistency.EVENTUAL, Action.delete(), Answer.done(), 1, 1, 11);
    read(1, null, 1, 1, -1).assertGood();
    write(1, "b", 1, 1, 12).read(1, null, 1, 1, -1).assertBad();
    // It may have been anywhere, but not before it was invoked.
    add(2, Consistency.STRONG, Action.delete(), Answer.unknown(), 1, 1, -1);
    read(1, null, 1, 1, -1).assertBad();
  }

  @Test
  void seesItsOwnDelete() {
    write(1, "a", 1, 1, 10);
    add(1, Consistency.EVENTUAL, Action.delete(), Answer.done(), 1, 1, 11);
    read(1, null, 1, 1, -1).assertGood();
    read(1, "a", 1, 1, 10).assertBad();
  }

  @Test
  void leavesStrongReadsAlone() {
    write(1, "a", 1, 1, 10);
    add(1, Consistency.STRONG, Action.read(), Answer.value("old"), 1, 1, 9).assertGood();
  }
}
