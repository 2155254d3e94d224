package io.cairn.replication.simulator.history;

import io.cairn.replication.core.Consistency;
import io.cairn.replication.simulator.history.Answer.Source;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Read your own write: an EVENTUAL read sees what its client had written, or something newer, when
 * the node that answers it is the one that confirmed the write, in the same epoch. Only operations
 * whose answer has a source are checked.
 */
public final class SessionChecker {

  /** A read, and the newest confirmed write of its client that it missed. */
  public record Violation(OperationRecord read, OperationRecord write) {
    @Override
    public String toString() {
      return "a client did not see its own write:\n  " + write + "\n  " + read;
    }
  }

  /** A client at a node, as long as the leader stays the same. */
  private record Session(long client, int node, long epoch) {}

  private SessionChecker() {}

  public static List<Violation> check(Collection<OperationRecord> history) {
    List<Violation> violations = new ArrayList<>();
    Partition.byKey(history).values().forEach(ofKey -> checkKey(ofKey, violations));
    return violations;
  }

  private static void checkKey(List<OperationRecord> ofKey, List<Violation> violations) {
    List<OperationRecord> deletes =
        ofKey.stream().filter(o -> o.mayHaveWritten() && o.action().valueAfter() == null).toList();
    List<OperationRecord> inOrder =
        new ArrayList<>(
            ofKey.stream()
                .filter(o -> o.answer().source() != null)
                .filter(o -> o.isConfirmedWrite() || isCheckedRead(o))
                .toList());
    // At the same time they are concurrent: a read comes before a write that returned then.
    inOrder.sort(
        Comparator.comparingLong(SessionChecker::time).thenComparing(o -> !o.action().isRead()));

    Map<Session, OperationRecord> newestWrites = new HashMap<>();
    for (OperationRecord operation : inOrder) {
      Session session = session(operation);
      if (operation.isConfirmedWrite()) {
        newestWrites.merge(session, operation, (a, b) -> offset(a) > offset(b) ? a : b);
      } else {
        OperationRecord write = newestWrites.get(session);
        if (write != null && misses(operation, write, deletes)) {
          violations.add(new Violation(operation, write));
        }
      }
    }
  }

  private static boolean isCheckedRead(OperationRecord operation) {
    return operation.action().isRead()
        && operation.level() == Consistency.EVENTUAL
        && operation.answer().isOk();
  }

  /** A read is held to what was confirmed when it began. */
  private static long time(OperationRecord operation) {
    return operation.action().isRead() ? operation.invokeTime() : operation.returnTime();
  }

  private static boolean misses(
      OperationRecord read, OperationRecord write, List<OperationRecord> deletes) {
    if (read.answer().value() != null) {
      return offset(read) < offset(write);
    }
    return write.action().valueAfter() != null
        && deletes.stream().noneMatch(delete -> mayExplain(delete, read, write));
  }

  /**
   * An absent key has no version: any delete that may be newer than the write explains it. So may
   * one that was confirmed in a newer epoch: an earlier attempt of it was perhaps cut off.
   */
  private static boolean mayExplain(
      OperationRecord delete, OperationRecord read, OperationRecord write) {
    boolean older =
        delete.isConfirmedWrite()
            && delete.answer().source() != null
            && source(delete).epoch() <= source(write).epoch()
            && offset(delete) < offset(write);
    return !older && delete.invokeTime() <= read.returnTime();
  }

  private static Session session(OperationRecord operation) {
    Source source = source(operation);
    return new Session(operation.client(), source.node(), source.epoch());
  }

  private static long offset(OperationRecord operation) {
    return source(operation).offset();
  }

  private static Source source(OperationRecord operation) {
    Source source = operation.answer().source();
    if (source == null) {
      throw new IllegalArgumentException("no source: " + operation);
    }
    return source;
  }
}
