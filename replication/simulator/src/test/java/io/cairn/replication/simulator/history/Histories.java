package io.cairn.replication.simulator.history;

import io.cairn.replication.core.Consistency;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Histories written by hand: each line an operation with its interval. */
final class Histories {
  static final String KEY = "k";

  private final List<OperationRecord> operations = new ArrayList<>();

  Histories add(
      long client,
      long invokeTime,
      long returnTime,
      Consistency level,
      String key,
      Action action,
      Answer answer) {
    operations.add(
        new OperationRecord(
            operations.size(),
            new Invocation(client, key, action, level),
            invokeTime,
            returnTime,
            answer));
    return this;
  }

  private Histories strong(long invokeTime, long returnTime, Action action, Answer answer) {
    return add(operations.size(), invokeTime, returnTime, Consistency.STRONG, KEY, action, answer);
  }

  Histories write(long invokeTime, long returnTime, String value) {
    return strong(invokeTime, returnTime, Action.write(value), Answer.done());
  }

  Histories failedWrite(long invokeTime, long returnTime, String value) {
    return strong(invokeTime, returnTime, Action.write(value), Answer.failed());
  }

  /** The client gave up at the second time. */
  Histories unknownWrite(long invokeTime, long returnTime, String value) {
    return strong(invokeTime, returnTime, Action.write(value), Answer.unknown());
  }

  Histories eventualWrite(long invokeTime, long returnTime, String value) {
    return add(
        operations.size(),
        invokeTime,
        returnTime,
        Consistency.EVENTUAL,
        KEY,
        Action.write(value),
        Answer.done());
  }

  Histories delete(long invokeTime, long returnTime) {
    return strong(invokeTime, returnTime, Action.delete(), Answer.done());
  }

  Histories read(long invokeTime, long returnTime, @Nullable String value) {
    return strong(invokeTime, returnTime, Action.read(), Answer.value(value));
  }

  Histories cas(
      long invokeTime,
      long returnTime,
      @Nullable String expected,
      @Nullable String value,
      boolean succeeded) {
    return strong(invokeTime, returnTime, Action.cas(expected, value), Answer.cas(succeeded));
  }

  Histories unknownCas(
      long invokeTime, long returnTime, @Nullable String expected, @Nullable String value) {
    return strong(invokeTime, returnTime, Action.cas(expected, value), Answer.unknown());
  }

  List<OperationRecord> operations() {
    return operations;
  }
}
