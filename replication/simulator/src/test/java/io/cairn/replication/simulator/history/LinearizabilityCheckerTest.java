package io.cairn.replication.simulator.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.replication.core.Consistency;
import io.cairn.replication.simulator.history.LinearizabilityChecker.Result;
import io.cairn.replication.simulator.history.LinearizabilityChecker.Verdict;
import org.junit.jupiter.api.Test;

/** Histories of which it is known whether they are linearizable. */
class LinearizabilityCheckerTest {

  private static Result check(Histories history) {
    return new LinearizabilityChecker().check(history.operations());
  }

  private static void assertGood(Histories history) {
    Result result = check(history);
    assertThat(result.verdict()).as(result.explanation()).isEqualTo(Verdict.LINEARIZABLE);
  }

  private static void assertBad(Histories history) {
    Result result = check(history);
    assertThat(result.verdict()).as(result.explanation()).isEqualTo(Verdict.VIOLATION);
  }

  @Test
  void acceptsNothing() {
    assertGood(new Histories());
  }

  @Test
  void beginsAbsent() {
    assertGood(new Histories().read(0, 1, null).write(2, 3, "a").read(4, 5, "a"));
    assertBad(new Histories().write(0, 1, "a").read(2, 3, null));
  }

  @Test
  void refusesAStaleRead() {
    assertBad(new Histories().write(0, 1, "a").write(2, 3, "b").read(4, 5, "a"));
  }

  @Test
  void acceptsAnOldValueWhileTheNewOneIsWritten() {
    assertGood(new Histories().write(0, 1, "a").write(2, 9, "b").read(4, 5, "a").read(6, 7, "b"));
  }

  @Test
  void refusesReadsThatGoBackwards() {
    assertBad(new Histories().write(0, 1, "a").write(2, 9, "b").read(4, 5, "b").read(6, 7, "a"));
    assertBad(
        new Histories()
            .write(0, 20, "a")
            .write(0, 20, "b")
            .read(1, 2, "a")
            .read(3, 4, "b")
            .read(5, 6, "a"));
  }

  @Test
  void takesEndsAtTheSameTimeForConcurrent() {
    assertGood(new Histories().write(0, 2, "a").read(2, 3, null));
    assertBad(new Histories().write(0, 2, "a").read(3, 4, null));
  }

  @Test
  void refusesALostWrite() {
    assertBad(new Histories().write(0, 1, "a").read(2, 3, "a").write(4, 5, "b").read(6, 7, "a"));
  }

  @Test
  void refusesALostUpdate() {
    assertBad(new Histories().write(0, 1, "1").cas(2, 5, "1", "2", true).cas(3, 6, "1", "3", true));
    assertGood(
        new Histories().write(0, 1, "1").cas(2, 5, "1", "2", true).cas(3, 6, "1", "3", false));
  }

  @Test
  void refusesAValueThatNobodyWrote() {
    assertBad(new Histories().write(0, 1, "a").read(2, 3, "x"));
  }

  @Test
  void refusesAValueBeforeItIsWritten() {
    assertBad(new Histories().read(0, 1, "a").write(2, 3, "a"));
  }

  @Test
  void refusesADirtyReadThatVanishes() {
    assertBad(
        new Histories().write(0, 1, "a").unknownWrite(2, 3, "b").read(4, 5, "b").read(6, 7, "a"));
  }

  @Test
  void refusesAFailedWriteThatIsSeen() {
    assertBad(new Histories().write(0, 1, "a").failedWrite(2, 3, "b").read(4, 5, "b"));
    assertGood(new Histories().write(0, 1, "a").failedWrite(2, 3, "b").read(4, 5, "a"));
  }

  @Test
  void acceptsThatAnUnknownWriteTakesEffectLateOrNever() {
    assertGood(
        new Histories()
            .write(0, 1, "a")
            .unknownWrite(2, 3, "b")
            .read(4, 5, "a")
            .write(6, 7, "c")
            .read(8, 9, "c")
            .read(10, 11, "b"));
    assertGood(new Histories().unknownWrite(0, 1, "b").read(4, 5, null));
  }

  @Test
  void refusesThatAnUnknownWriteTakesEffectTwice() {
    assertBad(
        new Histories().unknownWrite(0, 1, "b").read(4, 5, "b").write(6, 7, "c").read(8, 9, "b"));
    assertGood(
        new Histories()
            .unknownWrite(0, 1, "b")
            .unknownWrite(0, 1, "b")
            .read(4, 5, "b")
            .write(6, 7, "c")
            .read(8, 9, "b"));
  }

  @Test
  void refusesThatAnUnknownWriteTakesEffectBeforeItWasInvoked() {
    assertBad(new Histories().read(0, 1, "b").unknownWrite(2, 3, "b"));
  }

  @Test
  void ignoresAnUnknownRead() {
    Histories history = new Histories().write(0, 1, "a");
    history.add(7, 2, 3, Consistency.STRONG, Histories.KEY, Action.read(), Answer.unknown());
    assertGood(history.read(4, 5, "a"));
  }

  @Test
  void refusesACasThatSucceededOnTheWrongValue() {
    assertBad(new Histories().write(0, 1, "a").cas(2, 3, "b", "c", true));
    assertGood(new Histories().write(0, 1, "a").cas(2, 3, "a", "c", true).read(4, 5, "c"));
    assertBad(new Histories().write(0, 1, "a").cas(2, 3, "a", "c", true).read(4, 5, "a"));
  }

  @Test
  void refusesACasThatFailedOnTheRightValue() {
    assertBad(new Histories().write(0, 1, "a").cas(2, 3, "a", "b", false));
    assertGood(new Histories().write(0, 1, "a").cas(2, 3, "b", "c", false).read(4, 5, "a"));
  }

  @Test
  void knowsThatACasFailsOnAnUnseenValue() {
    // Nobody reads "b", but it must have been there when the condition was evaluated.
    assertGood(new Histories().write(0, 1, "a").unknownWrite(2, 3, "b").cas(4, 5, "a", "c", false));
    assertGood(new Histories().write(0, 9, "b").write(0, 1, "a").cas(4, 5, "a", "c", false));
    assertBad(new Histories().failedWrite(0, 9, "b").write(0, 1, "a").cas(4, 5, "a", "c", false));
  }

  @Test
  void createsAndRemovesByCas() {
    assertGood(
        new Histories()
            .cas(0, 1, null, "a", true)
            .cas(2, 3, null, "b", false)
            .cas(4, 5, "a", null, true)
            .read(6, 7, null));
    assertBad(new Histories().cas(0, 1, null, "a", true).cas(2, 3, null, "b", true));
  }

  @Test
  void acceptsThatAnUnknownCasTookEffectWhereItCould() {
    assertGood(new Histories().write(0, 1, "a").unknownCas(2, 3, "a", "b").read(4, 5, "b"));
    assertGood(new Histories().write(0, 1, "a").unknownCas(2, 3, "a", "b").read(4, 5, "a"));
    assertBad(new Histories().write(0, 1, "a").unknownCas(2, 3, "x", "b").read(4, 5, "b"));
  }

  @Test
  void deletes() {
    assertGood(new Histories().write(0, 1, "a").delete(2, 3).read(4, 5, null));
    assertBad(new Histories().write(0, 1, "a").delete(2, 3).read(4, 5, "a"));
  }

  @Test
  void clearsTheKeysThatItCovers() {
    for (String endKey : new String[] {null, "l", "k"}) {
      Histories history = new Histories().write(0, 1, "a");
      history.add(7, 2, 3, Consistency.STRONG, "", Action.clear(endKey), Answer.done());
      if ("k".equals(endKey)) {
        assertBad(history.read(4, 5, null));
      } else {
        assertGood(history.read(4, 5, null));
        assertBad(history.read(6, 7, "a"));
      }
    }
    Histories history = new Histories().write(0, 1, "a");
    history.add(7, 2, 3, Consistency.STRONG, "l", Action.clear(null), Answer.done());
    assertBad(history.read(4, 5, null));
  }

  @Test
  void letsAnEventualWriteBeLostOrLate() {
    assertGood(new Histories().write(0, 1, "a").eventualWrite(2, 3, "b").read(4, 5, "a"));
    assertGood(
        new Histories().eventualWrite(0, 1, "b").write(2, 3, "a").read(4, 5, "a").read(6, 7, "b"));
    assertBad(
        new Histories().write(0, 1, "a").eventualWrite(2, 3, "b").read(4, 5, "b").read(6, 7, "a"));
  }

  @Test
  void ignoresAnEventualRead() {
    Histories history = new Histories().write(0, 1, "a").write(2, 3, "b");
    history.add(7, 4, 5, Consistency.EVENTUAL, Histories.KEY, Action.read(), Answer.value("a"));
    assertGood(history);
  }

  @Test
  void keepsKeysApart() {
    Histories history = new Histories().write(0, 1, "a");
    history.add(7, 2, 3, Consistency.STRONG, "other", Action.read(), Answer.value(null));
    assertGood(history);
    history.add(7, 4, 5, Consistency.STRONG, "other", Action.read(), Answer.value("a"));
    assertBad(history);
    assertThat(check(history).explanation()).contains("key other").doesNotContain("key k");
  }

  @Test
  void explainsTheFirstImpossibleAnswer() {
    Histories history =
        new Histories()
            .write(0, 1, "a")
            .write(2, 3, "b")
            .read(4, 6, "a")
            .write(5, 9, "c")
            .read(10, 11, "c")
            .read(12, 13, "a");
    assertThat(check(history).explanation())
        .isEqualTo(
            """
            key k is not linearizable once this was answered:
              #2 4..6 client 2 STRONG k read: a
            the longest order up to then, of 2 operations:
              #0 0..1 client 0 STRONG k write a: done
              #1 2..3 client 1 STRONG k write b: done
            that leaves b, and these have no place:
              #2 4..6 client 2 STRONG k read: a""");
  }

  @Test
  void saysWhenItGaveUp() {
    Histories history = new Histories();
    for (int i = 0; i < 14; i++) {
      history.write(0, 1000, "w" + i).read(0, 1000, "w" + i);
    }
    history.write(1001, 1002, "a").write(1003, 1004, "b").read(1005, 1006, "a");
    Result result = new LinearizabilityChecker(100).check(history.operations());
    assertThat(result.verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(result.explanation()).contains("undecided", "100", "k");
    assertThat(result.isOk()).isFalse();
    assertBad(history);
  }

  @Test
  void aViolationGoesBeforeAnUndecidedKey() {
    Histories history = new Histories();
    history.write(0, 1, "a").write(2, 3, "b").read(4, 5, "b");
    history.add(7, 4, 5, Consistency.STRONG, "other", Action.read(), Answer.value("a"));
    assertThat(new LinearizabilityChecker(1).check(history.operations()).verdict())
        .isEqualTo(Verdict.VIOLATION);
  }

  @Test
  void isNotLimitedByTheStack() {
    Histories history = new Histories();
    for (int i = 0; i < 50_000; i++) {
      history.write(4L * i, 4L * i + 1, "v" + i).read(4L * i + 2, 4L * i + 3, "v" + i);
    }
    assertGood(history);
  }
}
