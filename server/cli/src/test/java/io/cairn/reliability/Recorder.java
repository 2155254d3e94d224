package io.cairn.reliability;

import io.cairn.client.BelowLevelException;
import io.cairn.client.CairnException;
import io.cairn.replication.core.Consistency;
import io.cairn.replication.simulator.history.Action;
import io.cairn.replication.simulator.history.Answer;
import io.cairn.replication.simulator.history.Invocation;
import io.cairn.replication.simulator.history.OperationRecord;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The history of a round: what clients asked for, what they were told, and when. */
final class Recorder {

  /** What an answer brought: the version of a write, or of the value that was read. */
  record Told(Answer answer, long version) {
    static final long NO_VERSION = -1;

    static Told value(@Nullable String value, long version) {
      return new Told(Answer.value(value), version);
    }

    static Told done(long version) {
      return new Told(Answer.done(), version);
    }
  }

  /** One operation as it is called. */
  interface Call {
    Told call();
  }

  private final AtomicInteger ids = new AtomicInteger();
  private final Queue<OperationRecord> operations = new ConcurrentLinkedQueue<>();
  private final Map<Integer, Long> versions = new ConcurrentHashMap<>();
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();

  /**
   * Calls, and records what came of it.
   *
   * @return whether it was confirmed
   */
  boolean record(long client, String key, Action action, Consistency level, Call call) {
    int id = ids.incrementAndGet();
    long invoked = System.nanoTime();
    Answer answer;
    try {
      Told told = call.call();
      answer = told.answer();
      if (told.version() != Told.NO_VERSION) {
        versions.put(id, told.version());
      }
    } catch (CairnException failed) {
      boolean unknown = failed.outcomeUnknown() || failed instanceof BelowLevelException;
      answer = unknown ? Answer.unknown() : Answer.failed();
      failures.merge(failed.reason() + (unknown ? ", unknown" : ""), 1, Integer::sum);
    }
    long returned =
        answer.outcome() == Answer.Outcome.UNKNOWN ? OperationRecord.OPEN : System.nanoTime();
    operations.add(
        new OperationRecord(
            id, new Invocation(client, key, action, level), invoked, returned, answer));
    return answer.outcome() == Answer.Outcome.OK;
  }

  List<OperationRecord> operations() {
    return List.copyOf(operations);
  }

  /** Null when its answer brought none. */
  @Nullable Long versionOrNull(OperationRecord operation) {
    return versions.get(operation.id());
  }

  Map<String, Integer> failures() {
    return failures;
  }
}
