package io.cairn.replication.simulator;

import io.cairn.replication.core.Input;
import io.cairn.replication.core.Invariant;
import io.cairn.replication.core.Key;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.Operation;
import io.cairn.replication.core.OperationCursor;
import io.cairn.replication.core.Proposal;
import io.cairn.replication.core.ReadBarrier;
import io.cairn.replication.core.ReplicaOptions;
import io.cairn.replication.core.WriteResult;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the replica owes: every proposal and every read barrier that it was given gets exactly one
 * answer, unless a crash comes first; and what it refused it has not put into the log. Clients
 * alone would not notice: they ask again.
 */
final class Answers {

  /** A proposal without an answer. */
  private static final class Attempt {
    final Key operation;

    /** Of the operation that it became in the log. */
    long offset = NOT_APPENDED;

    Attempt(Proposal proposal) {
      operation = Key.of(proposal.operation());
    }

    long chargedBytes() {
      return (long) operation.length() + ReplicaOptions.OPERATION_OVERHEAD_BYTES;
    }
  }

  private static final long NOT_APPENDED = -1;

  private final CutOffTruth cutOff;

  /** By the context, of which each proposal has its own. */
  private final IdentityHashMap<Object, Attempt> writes = new IdentityHashMap<>();

  private final Set<Object> reads = Collections.newSetFromMap(new IdentityHashMap<>());

  /**
   * Those that gather or wait for an earlier attempt, by their operation, in the order in which
   * they came: of equal ones, the first makes the operation that is appended.
   */
  private final Map<Key, ArrayDeque<Attempt>> notAppended = new HashMap<>();

  private int notAppendedCount;
  private long notAppendedBytes;

  Answers(CutOffTruth cutOff) {
    this.cutOff = cutOff;
  }

  void onInput(Input input) {
    if (input instanceof Input.Propose propose) {
      for (Proposal proposal : propose.proposals()) {
        Attempt attempt = new Attempt(proposal);
        writes.put(proposal.context(), attempt);
        notAppended.computeIfAbsent(attempt.operation, key -> new ArrayDeque<>()).add(attempt);
        notAppendedCount++;
        notAppendedBytes += attempt.chargedBytes();
      }
    } else if (input instanceof Input.Read read) {
      read.barriers().forEach(barrier -> reads.add(barrier.context()));
    }
  }

  void onAppend(LogRecord record) {
    OperationCursor cursor = new OperationCursor().wrap(record);
    while (cursor.next()) {
      if (cursor.kind() != Operation.Kind.NO_OP) {
        Key operation = DiskTruth.operation(cursor);
        ArrayDeque<Attempt> attempts = notAppended.get(operation);
        if (attempts != null) {
          Attempt attempt = attempts.getFirst();
          attempt.offset = cursor.offset();
          removeNotAppended(attempt);
        } else {
          Failure.require(cutOff.wasCutOff(operation), "appended what nobody waits for");
        }
      }
    }
  }

  private void removeNotAppended(Attempt attempt) {
    ArrayDeque<Attempt> equal = notAppended.get(attempt.operation);
    if (equal != null && equal.remove(attempt)) {
      notAppendedCount--;
      notAppendedBytes -= attempt.chargedBytes();
      if (equal.isEmpty()) {
        notAppended.remove(attempt.operation);
      }
    }
  }

  void onWriteAnswered(Proposal proposal, WriteResult result) {
    Attempt attempt =
        Invariant.checkPresent(writes.remove(proposal.context()), "a write was answered twice");
    if (result instanceof WriteResult.Refused) {
      Failure.require(attempt.offset == NOT_APPENDED, "refused what is in the log", attempt.offset);
    } else if (result instanceof WriteResult.Confirmed done) {
      // The attempt that it waited for may be one that was cut off and has been offered again.
      boolean ofAnOffer = done.duplicate() && cutOff.wasCutOff(attempt.operation);
      Failure.require(
          ofAnOffer || attempt.offset == (done.duplicate() ? NOT_APPENDED : done.offset()),
          "confirmed as the attempt that it is not",
          done.offset(),
          attempt.offset);
    }
    removeNotAppended(attempt);
  }

  void onReadAnswered(ReadBarrier barrier) {
    Failure.require(reads.remove(barrier.context()), "a read was answered twice");
  }

  /** Where nothing may be left open. */
  void requireNoneOpen(String when) {
    String open = openOrNull();
    if (open != null) {
      throw new Failure(when + " " + open);
    }
  }

  @Nullable String openOrNull() {
    if (!writes.isEmpty()) {
      return "a write was never answered, of " + writes.size();
    }
    return reads.isEmpty() ? null : "a read was never answered, of " + reads.size();
  }

  /** The life ends in which they could have been answered. */
  void onEndOfLife() {
    writes.clear();
    reads.clear();
    notAppended.clear();
    notAppendedCount = 0;
    notAppendedBytes = 0;
  }

  int waitingReads() {
    return reads.size();
  }

  /** Gathered operations, and attempts that wait for an earlier one. */
  int notAppended() {
    return notAppendedCount;
  }

  long notAppendedBytes() {
    return notAppendedBytes;
  }
}
