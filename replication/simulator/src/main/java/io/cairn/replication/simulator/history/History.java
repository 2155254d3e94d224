package io.cairn.replication.simulator.history;

import java.util.ArrayList;
import java.util.List;

/**
 * Records what clients do and are told. Safe for use by many threads: a client calls {@link
 * #invoke} before it sends and {@link #complete} after it has received. Events that have the same
 * time are told apart by the order of these calls, so a client's next operation never seems to be
 * concurrent with its last.
 */
public final class History {
  private final List<OperationRecord> operations = new ArrayList<>();
  private long lastTime = Long.MIN_VALUE;

  /** Returns the id of the operation. Until it is completed, its outcome is unknown. */
  public synchronized int invoke(long now, Invocation invocation) {
    int id = operations.size();
    operations.add(
        new OperationRecord(id, invocation, stamp(now), OperationRecord.OPEN, Answer.unknown()));
    return id;
  }

  public synchronized void complete(int id, long now, Answer answer) {
    OperationRecord open = operations.get(id);
    if (open.returnTime() != OperationRecord.OPEN) {
      throw new IllegalStateException("answered twice: " + open);
    }
    operations.set(
        id, new OperationRecord(id, open.invocation(), open.invokeTime(), stamp(now), answer));
  }

  private long stamp(long now) {
    lastTime = Math.max(now, lastTime == Long.MIN_VALUE ? now : lastTime + 1);
    return lastTime;
  }

  /** As they are now, in the order of their invocations. */
  public synchronized List<OperationRecord> operations() {
    return List.copyOf(operations);
  }
}
