package io.cairn.replication.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cairn.replication.core.Consistency;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.Invariant;
import io.cairn.replication.core.Key;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.Operation;
import io.cairn.replication.core.OperationCursor;
import io.cairn.replication.core.PendingTail;
import io.cairn.replication.core.Proposal;
import io.cairn.replication.core.ReadBarrier;
import io.cairn.replication.core.ReplicaLog;
import io.cairn.replication.core.ReplicaOptions;
import io.cairn.replication.core.WriteResult;
import io.cairn.replication.simulator.SimulatedStore.Versioned;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Knows what must be: every record that the replica made, what was answered on it, and from that
 * what log and store must hold. It trusts nothing that the replica says of itself; what is on disk
 * it asks the simulated disk.
 */
final class Checker {

  /** The write that an id names. */
  private record Id(long client, long sequence) {}

  private static final class Failure extends AssertionError {
    private static final long serialVersionUID = 1L;

    Failure(String message) {
      super(message);
    }
  }

  // The log as the replica made it; cut back to what survived when it starts again
  private final List<LogRecord> records = new ArrayList<>();
  private final Map<Id, Long> offsets = new HashMap<>();
  private final NavigableMap<String, Versioned> newest = new TreeMap<>();

  private final Answers answers = new Answers();
  private final Set<Long> confirmedOffsets = new HashSet<>();

  /** What lies below it was committed or told to a client: it must never be undone. */
  private long keptEndOffset;

  /** Over all lives. */
  private long lastHighWatermark;

  private @Nullable SimulatedDisk disk;
  private @Nullable SimulatedStore store;
  private @Nullable Machine machine;
  private @Nullable Bounds bounds;
  private final NavigableMap<String, Versioned> expectedInStore = new TreeMap<>();
  private int recordsInStore;
  private int crashes;
  private int stops;
  private int reads;
  private int overloads;

  static void require(boolean holds, String what, long... values) {
    if (!holds) {
      StringBuilder text = new StringBuilder(what);
      for (long value : values) {
        text.append(", ").append(value);
      }
      throw new Failure(text.toString());
    }
  }

  private long logEndOffset() {
    return records.isEmpty() ? 0 : records.get(records.size() - 1).endOffset();
  }

  // Life and death of the node

  void onCrash() {
    crashes++;
    answers.onEndOfLife();
  }

  /** Closed in order: all that is in the log stays. */
  void onClosed() {
    stops++;
    keptEndOffset = logEndOffset();
  }

  /** Nobody waits for a replica that has stopped. */
  void onHalt() {
    answers.requireNoneOpen("halted:");
  }

  boolean nobodyWaits() {
    return answers.noneOpen();
  }

  /** The log that came back must be a beginning of the one that was made, and long enough. */
  void onStart(
      SimulatedDisk disk,
      ReplicaLog log,
      SimulatedStore store,
      Machine machine,
      ReplicaOptions options) {
    this.disk = disk;
    this.store = store;
    this.machine = machine;
    bounds = new Bounds(options);
    long end = log.endOffset();
    require(end <= logEndOffset(), "another log came back: longer", end, logEndOffset());
    require(end >= keptEndOffset, "I5: lost what was committed", end, keptEndOffset);
    while (logEndOffset() > end) {
      records.remove(records.size() - 1);
    }
    require(logEndOffset() == end, "another log came back: cut within a record", end);
    refold();
    try (ReplicaLog.Reader reader = log.read(log.startOffset())) {
      long next = log.startOffset();
      for (LogRecord read = reader.nextOrNull(); read != null; read = reader.nextOrNull()) {
        LogRecord written = recordAt(next);
        require(written.crc() == read.crc(), "another log came back: another record", next);
        next = read.endOffset();
      }
      require(next == end, "another log came back: a gap", next, end);
    }
    expectedInStore.clear();
    recordsInStore = 0;
    checkStore();
  }

  /** The record that holds the offset. */
  private LogRecord recordAt(long offset) {
    int low = 0;
    int high = records.size() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (records.get(middle).endOffset() <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    require(0 <= offset && offset < logEndOffset(), "no such offset in the log", offset);
    return records.get(low);
  }

  private void refold() {
    offsets.clear();
    newest.clear();
    for (LogRecord record : records) {
      fold(record);
    }
  }

  private void fold(LogRecord record) {
    SimulatedStore.applyTo(newest, record);
    OperationCursor cursor = new OperationCursor().wrap(record);
    while (cursor.next()) {
      if (cursor.clientId() != Operation.NO_CLIENT) {
        Long before = offsets.put(new Id(cursor.clientId(), cursor.sequence()), cursor.offset());
        if (before != null) {
          throw new Failure("a write is in the log twice: at " + before + ", " + cursor.offset());
        }
      }
    }
  }

  // What the replica is told and does

  void onInput(Input input) {
    answers.onInput(input);
    bounds().onInput(input);
  }

  void onAppend(LogRecord record) {
    require(
        record.baseOffset() == logEndOffset(),
        "appended elsewhere than at the end",
        record.baseOffset(),
        logEndOffset());
    records.add(record);
    fold(record);
    answers.onAppend(record);
    bounds().onAppend(record);
  }

  void onWriteAnswered(Proposal proposal, WriteResult result) {
    answers.onWriteAnswered(proposal, result);
    if (result instanceof WriteResult.Refused refused) {
      overloads += refused.reason() == WriteResult.Refusal.OVERLOADED ? 1 : 0;
    }
    if (!(result instanceof WriteResult.Confirmed done)) {
      return;
    }
    boolean strong = proposal.consistency() == Consistency.STRONG;
    long offset = done.offset();
    require(offset < disk().forcedEndOffset, "I1: confirmed before the force", offset);
    require(!strong || offset < store().appliedOffset(), "STRONG before it was applied", offset);
    checkIsThere(proposal, offset);
    confirmedOffsets.add(offset);
    keptEndOffset = Math.max(keptEndOffset, offset + 1);
  }

  /** The operation at the offset is the one that was proposed. */
  private void checkIsThere(Proposal proposal, long offset) {
    OperationCursor cursor = new OperationCursor().wrap(recordAt(offset));
    while (cursor.next() && cursor.offset() < offset) {}
    require(
        operation(cursor).equals(Key.of(proposal.operation())),
        "confirmed at the offset of another write",
        offset);
  }

  /** As it was proposed. */
  static Key operation(OperationCursor cursor) {
    int head = 2 + (cursor.clientId() == Operation.NO_CLIENT ? 0 : 16) + 8;
    int length = head + cursor.keyLength() + cursor.valueLength();
    return new Key(cursor.array(), cursor.keyPosition() - head, length);
  }

  /** What a read sees in tail and store together is the newest state of the log. */
  void onRead(String key, PendingTail.@Nullable Entry pending, @Nullable Versioned stored) {
    Versioned seen = stored;
    if (pending != null) {
      byte[] value = pending.value().toByteArray();
      seen = pending.deleted() ? null : new Versioned(new String(value, UTF_8), pending.offset());
    }
    Versioned expected = newest.get(key);
    if (!Objects.equals(seen, expected)) {
      throw new Failure("read of " + key + " saw " + seen + " instead of " + expected);
    }
  }

  void onReadFailed(ReadBarrier barrier, WriteResult.Refusal reason) {
    answers.onReadAnswered(barrier);
    overloads += reason == WriteResult.Refusal.OVERLOADED ? 1 : 0;
  }

  /** What a STRONG read saw must not be lost any more. */
  void onReadAnswered(ReadBarrier barrier, long sawOffset, long logEndOffset) {
    answers.onReadAnswered(barrier);
    reads++;
    if (barrier.kind() == ReadBarrier.Kind.COMMITTED) {
      require(sawOffset < disk().forcedEndOffset, "a read saw what is not committed", sawOffset);
      keptEndOffset = Math.max(keptEndOffset, sawOffset + 1);
    } else {
      require(
          store().appliedOffset() >= logEndOffset,
          "a read was let into a store that lacks what it must see",
          store().appliedOffset(),
          logEndOffset);
      checkStore();
    }
  }

  // After every event

  void checkAlways() {
    SimulatedStore applied = store();
    Machine replica = Invariant.checkPresent(machine, "started");
    long highWatermark = replica.highWatermark();
    require(
        highWatermark >= lastHighWatermark,
        "I4: the high watermark fell",
        highWatermark,
        lastHighWatermark);
    require(
        highWatermark <= disk().forcedEndOffset,
        "I4: the high watermark is not on disk",
        highWatermark,
        disk().forcedEndOffset);
    lastHighWatermark = highWatermark;
    keptEndOffset = Math.max(keptEndOffset, highWatermark);
    require(
        applied.appliedOffset() <= highWatermark,
        "I2: the store has what is not committed",
        applied.appliedOffset(),
        highWatermark);
    require(
        disk().startOffset <= applied.flushedOffset(),
        "I9: the log lacks what the store has not flushed",
        disk().startOffset,
        applied.flushedOffset());
    bounds().check(answers, replica.pendingTail());
  }

  private void checkStore() {
    while (recordsInStore < records.size()
        && records.get(recordsInStore).endOffset() <= store().appliedOffset()) {
      SimulatedStore.applyTo(expectedInStore, records.get(recordsInStore++));
    }
    if (!expectedInStore.equals(store().entries())) {
      throw new Failure(
          "the store at "
              + store().appliedOffset()
              + " holds "
              + store().entries()
              + " instead of "
              + expectedInStore);
    }
  }

  void checkAtEnd() {
    checkStore();
    answers.requireNoneOpen("at the end:");
  }

  Simulation.Summary summary(long events) {
    return new Simulation.Summary(
        events, (int) logEndOffset(), confirmedOffsets.size(), reads, crashes, stops, overloads);
  }

  private Bounds bounds() {
    return Invariant.checkPresent(bounds, "started");
  }

  private SimulatedDisk disk() {
    return Invariant.checkPresent(disk, "started");
  }

  private SimulatedStore store() {
    return Invariant.checkPresent(store, "started");
  }
}
