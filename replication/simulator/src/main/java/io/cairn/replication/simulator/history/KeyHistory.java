package io.cairn.replication.simulator.history;

import io.cairn.replication.core.Consistency;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The operations of one key in the form in which they are searched: numbers instead of values, and
 * only what can matter.
 *
 * <p>First come the <b>required</b> operations, which must be placed between their invocation and
 * their return, in the order of their invocations. Then the <b>optional</b> ones, which may be
 * placed at any time after their invocation, or never: writes of unknown outcome, and EVENTUAL
 * writes, which a failover may lose or delay. They are ordered by kind, then invocation. Two
 * operations are of the same <b>kind</b> when they do the same to every state.
 */
final class KeyHistory {
  /** The state of a key that is absent. */
  static final int ABSENT = 0;

  /** Stands for all values that nobody asked for or saw: nothing depends on which it is. */
  private static final int UNSEEN = 1;

  /** In {@link #needs}: any state will do. In {@link #after}: the state stays. */
  static final int NONE = -1;

  final List<OperationRecord> operations;
  final int required;
  final long[] invokeTimes;
  final long[] returnTimes;

  /** The state that the operation must find, and the one that it must not. */
  final int[] needs;

  final int[] refuses;

  /** The state that it leaves. */
  final int[] after;

  final int[] kinds;
  final int states;

  /** Of each kind, where its optional operations begin; has one element more than kinds. */
  final int[] firstOptional;

  /** The kinds that have optional changes. */
  final int[] optionalKinds;

  private record Effect(int needs, int refuses, int after) {}

  private final Map<@Nullable String, Integer> numbers = new HashMap<>();

  KeyHistory(List<OperationRecord> ofKey) {
    numbers.put(null, ABSENT);
    for (String value : seenValues(ofKey)) {
      numbers.put(value, numbers.size() + 1);
    }
    states = numbers.size() + 1;

    Map<Effect, Integer> kindNumbers = new HashMap<>();
    List<OperationRecord> required = new ArrayList<>();
    List<List<OperationRecord>> optional = new ArrayList<>();
    List<OperationRecord> byInvocation = new ArrayList<>(ofKey);
    byInvocation.sort(Comparator.comparingLong(OperationRecord::invokeTime));
    for (OperationRecord operation : byInvocation) {
      if (isRequired(operation) || isOptional(operation)) {
        int kind = kindNumbers.computeIfAbsent(effect(operation), e -> kindNumbers.size());
        if (kind == optional.size()) {
          optional.add(new ArrayList<>());
        }
        (isRequired(operation) ? required : optional.get(kind)).add(operation);
      }
    }
    this.required = required.size();
    firstOptional = new int[optional.size() + 1];
    operations = required;
    for (int kind = 0; kind < optional.size(); kind++) {
      firstOptional[kind] = operations.size();
      operations.addAll(optional.get(kind));
    }
    firstOptional[optional.size()] = operations.size();
    optionalKinds =
        IntStream.range(0, optional.size()).filter(k -> !optional.get(k).isEmpty()).toArray();

    int size = operations.size();
    invokeTimes = new long[size];
    returnTimes = new long[size];
    needs = new int[size];
    refuses = new int[size];
    after = new int[size];
    kinds = new int[size];
    for (int i = 0; i < size; i++) {
      OperationRecord operation = operations.get(i);
      Effect effect = effect(operation);
      invokeTimes[i] = operation.invokeTime();
      returnTimes[i] = isRequired(operation) ? operation.returnTime() : OperationRecord.OPEN;
      needs[i] = effect.needs;
      refuses[i] = effect.refuses;
      after[i] = effect.after;
      kinds[i] = kindNumbers.getOrDefault(effect, NONE);
    }
  }

  /** All that a read returned or a CAS expected. */
  private static Set<String> seenValues(List<OperationRecord> operations) {
    Set<String> seen = new HashSet<>();
    for (OperationRecord operation : operations) {
      String value =
          operation.action().isRead() ? operation.answer().value() : operation.action().expected();
      if (value != null) {
        seen.add(value);
      }
    }
    return seen;
  }

  /** An EVENTUAL read, and an EVENTUAL verdict, promise nothing here. */
  static boolean isRequired(OperationRecord operation) {
    return operation.level() == Consistency.STRONG && operation.answer().isOk();
  }

  static boolean isOptional(OperationRecord operation) {
    return operation.mayHaveWritten() && !isRequired(operation);
  }

  private Effect effect(OperationRecord operation) {
    Action action = operation.action();
    int after = state(action.valueAfter());
    return switch (action.kind()) {
      case READ -> new Effect(state(operation.answer().value()), NONE, NONE);
      case WRITE, DELETE, CLEAR -> new Effect(NONE, NONE, after);
      case CAS -> {
        int expected = state(action.expected());
        boolean wrote = operation.answer().succeeded() || isOptional(operation);
        yield wrote
            ? new Effect(expected, NONE, after == expected ? NONE : after)
            : new Effect(NONE, expected, NONE);
      }
    };
  }

  private int state(@Nullable String value) {
    return numbers.getOrDefault(value, UNSEEN);
  }

  boolean isOptional(int operation) {
    return operation >= required;
  }

  boolean changesNothing(int operation) {
    return after[operation] == NONE;
  }

  boolean fits(int operation, int state) {
    return (needs[operation] == NONE || needs[operation] == state) && refuses[operation] != state;
  }
}
