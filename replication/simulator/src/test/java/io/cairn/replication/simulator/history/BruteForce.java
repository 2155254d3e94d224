package io.cairn.replication.simulator.history;

import io.cairn.replication.core.Consistency;
import io.cairn.replication.simulator.history.Answer.Outcome;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The definition of linearizability for a single key, as it is written in books: tries all. */
final class BruteForce {

  private BruteForce() {}

  static boolean isLinearizable(List<OperationRecord> operations) {
    return canGoOn(operations, new HashSet<>(), null);
  }

  private static boolean canGoOn(
      List<OperationRecord> operations, Set<OperationRecord> placed, @Nullable String state) {
    if (operations.stream().allMatch(o -> placed.contains(o) || mayBeLeftOut(o))) {
      return true;
    }
    for (OperationRecord next : operations) {
      boolean hasToWait =
          operations.stream()
              .anyMatch(
                  o ->
                      !placed.contains(o)
                          && !mayBeLeftOut(o)
                          && o.returnTime() < next.invokeTime());
      if (placed.contains(next) || hasToWait || !agrees(next, state)) {
        continue;
      }
      placed.add(next);
      boolean found = canGoOn(operations, placed, stateAfter(next, state));
      placed.remove(next);
      if (found) {
        return true;
      }
    }
    return false;
  }

  private static boolean mayBeLeftOut(OperationRecord operation) {
    return operation.level() == Consistency.EVENTUAL || operation.answer().outcome() != Outcome.OK;
  }

  /** Whether the answer is that of the key in this state. */
  private static boolean agrees(OperationRecord operation, @Nullable String state) {
    if (operation.answer().outcome() == Outcome.FAILED) {
      return false;
    }
    boolean told = operation.answer().isOk() && operation.level() == Consistency.STRONG;
    return switch (operation.action().kind()) {
      case READ -> !told || Objects.equals(operation.answer().value(), state);
      case CAS -> {
        boolean equal = Objects.equals(operation.action().expected(), state);
        yield !operation.answer().isOk() || operation.answer().succeeded() == equal || !told;
      }
      case WRITE, DELETE, CLEAR -> true;
    };
  }

  private static @Nullable String stateAfter(OperationRecord operation, @Nullable String state) {
    Action action = operation.action();
    return switch (action.kind()) {
      case READ -> state;
      case WRITE -> action.value();
      case DELETE, CLEAR -> null;
      case CAS -> {
        boolean refused = operation.answer().isOk() && !operation.answer().succeeded();
        yield !refused && Objects.equals(action.expected(), state) ? action.value() : state;
      }
    };
  }
}
