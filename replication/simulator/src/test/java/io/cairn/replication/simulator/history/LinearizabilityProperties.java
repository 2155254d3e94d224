package io.cairn.replication.simulator.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.replication.core.Consistency;
import io.cairn.replication.simulator.history.LinearizabilityChecker.Result;
import io.cairn.replication.simulator.history.LinearizabilityChecker.Verdict;
import io.cairn.replication.simulator.history.RealRegisters.Load;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** The checker against registers that work, against answers made up, and against brute force. */
class LinearizabilityProperties {
  private final LinearizabilityChecker checker = new LinearizabilityChecker();

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void acceptsWhatARealRegisterDoes(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 20) int clients,
      @ForAll @IntRange(min = 1, max = 3) int keys,
      @ForAll @IntRange(min = 0, max = 5) int values,
      @ForAll @IntRange(min = 0, max = 20) int giveUpChance,
      @ForAll @IntRange(min = 0, max = 40) int casChance) {
    Load load = new Load(clients, keys, 300, values, giveUpChance, casChance);
    Result result = checker.check(RealRegisters.history(load, seed));
    assertThat(result.verdict()).as(result.explanation()).isEqualTo(Verdict.LINEARIZABLE);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void refusesAnImpossibleValue(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 20) int clients,
      @ForAll @IntRange(min = 0, max = 5) int values,
      @ForAll @IntRange(min = 0, max = 20) int giveUpChance) {
    Load load = new Load(clients, 2, 300, values, giveUpChance, 10);
    List<OperationRecord> history = new ArrayList<>(RealRegisters.history(load, seed));
    OperationRecord read = anyOf(history, o -> isStrong(o, Action.Kind.READ), new Random(seed));
    if (read != null) {
      history.set(read.id(), answered(read, "never written"));
      Result result = checker.check(history);
      assertThat(result.verdict()).as(result.explanation()).isEqualTo(Verdict.VIOLATION);
      assertThat(result.explanation()).contains("never written");
    }
  }

  /** Values are written once here, so one that was overwritten cannot come back. */
  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void refusesAStaleValue(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 20) int clients,
      @ForAll @IntRange(min = 0, max = 20) int giveUpChance) {
    Load load = new Load(clients, 1, 300, 0, giveUpChance, 0);
    List<OperationRecord> history = new ArrayList<>(RealRegisters.history(load, seed));
    Random random = new Random(seed);
    Predicate<OperationRecord> isWrite = o -> isStrong(o, Action.Kind.WRITE);
    OperationRecord old = anyOf(history, isWrite, random);
    OperationRecord newer =
        old == null
            ? null
            : anyOf(history, isWrite.and(o -> o.invokeTime() > old.returnTime()), random);
    OperationRecord read =
        newer == null
            ? null
            : anyOf(
                history,
                o -> isStrong(o, Action.Kind.READ) && o.invokeTime() > newer.returnTime(),
                random);
    if (old != null && read != null) {
      history.set(read.id(), answered(read, old.action().valueAfter()));
      Result result = checker.check(history);
      assertThat(result.verdict()).as(result.explanation()).isEqualTo(Verdict.VIOLATION);
    }
  }

  @Property(tries = 20_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void agreesWithBruteForce(@ForAll long seed, @ForAll @IntRange(min = 1, max = 7) int size) {
    Random random = new Random(seed);
    Histories history = new Histories();
    for (int i = 0; i < size; i++) {
      addAny(history, random, 1 + (int) (seed & 3));
    }
    List<OperationRecord> operations = history.operations();
    Result result = checker.check(operations);
    assertThat(result.isOk())
        .as(() -> result.explanation() + "\n" + operations)
        .isEqualTo(BruteForce.isLinearizable(operations));
    // Without the rule that the explanation leaves out it must be the same.
    Search.Outcome outcome = new Search(new KeyHistory(operations), Long.MAX_VALUE, true).run();
    assertThat(outcome == Search.Outcome.PLACED).isEqualTo(result.isOk());
  }

  static void addAny(Histories history, Random random, int unknownOfEight) {
    long invokeTime = random.nextInt(12);
    long returnTime = invokeTime + random.nextInt(8);
    Action action =
        switch (random.nextInt(8)) {
          case 0, 1, 2 -> Action.read();
          case 3, 4 -> Action.write("v" + random.nextInt(3));
          case 5 -> Action.delete();
          default -> Action.cas(anyValue(random), anyValue(random));
        };
    Answer ok =
        switch (action.kind()) {
          case READ -> Answer.value(anyValue(random));
          case CAS -> Answer.cas(random.nextBoolean());
          case WRITE, DELETE, CLEAR -> Answer.done();
        };
    int outcome = random.nextInt(8);
    Answer answer =
        outcome == 0 ? Answer.failed() : outcome <= unknownOfEight ? Answer.unknown() : ok;
    Consistency level = random.nextInt(8) == 0 ? Consistency.EVENTUAL : Consistency.STRONG;
    history.add(1, invokeTime, returnTime, level, Histories.KEY, action, answer);
  }

  private static @Nullable String anyValue(Random random) {
    int value = random.nextInt(4);
    return value == 3 ? null : "v" + value;
  }

  private static boolean isStrong(OperationRecord operation, Action.Kind kind) {
    return operation.action().kind() == kind
        && operation.level() == Consistency.STRONG
        && operation.answer().isOk();
  }

  private static @Nullable OperationRecord anyOf(
      List<OperationRecord> history, Predicate<OperationRecord> wanted, Random random) {
    List<OperationRecord> found = history.stream().filter(wanted).toList();
    return found.isEmpty() ? null : found.get(random.nextInt(found.size()));
  }

  private static OperationRecord answered(OperationRecord read, @Nullable String value) {
    return new OperationRecord(
        read.id(), read.invocation(), read.invokeTime(), read.returnTime(), Answer.value(value));
  }
}
