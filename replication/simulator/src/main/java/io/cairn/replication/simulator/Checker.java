package io.cairn.replication.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cairn.replication.core.Consistency;
import io.cairn.replication.core.Effect;
import io.cairn.replication.core.Invariant;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.Operation;
import io.cairn.replication.core.OperationCursor;
import io.cairn.replication.core.PendingTail;
import io.cairn.replication.core.Proposal;
import io.cairn.replication.core.ReadBarrier;
import io.cairn.replication.core.ReplicaLog;
import io.cairn.replication.core.ReplicaOptions;
import io.cairn.replication.core.ReplicaStatus;
import io.cairn.replication.core.WriteResult;
import io.cairn.replication.simulator.SimulatedStore.Versioned;
import java.util.ArrayList;
import java.util.Arrays;
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

  // What was told to clients, and so must never be undone
  private final Map<Id, Long> confirmed = new HashMap<>();
  private final Set<Long> confirmedOffsets = new HashSet<>();
  private long toldEndOffset;
  private long committedEndOffset;

  private @Nullable SimulatedDisk disk;
  private @Nullable SimulatedStore store;
  private @Nullable Machine machine;
  private @Nullable ReplicaOptions options;
  private final NavigableMap<String, Versioned> expectedInStore = new TreeMap<>();
  private int recordsInStore;
  private long lastHighWatermark;
  private int crashes;
  private int reads;

  void require(boolean holds, String what, long... values) {
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
    this.options = options;
    lastHighWatermark = 0;
    long end = log.endOffset();
    require(end <= logEndOffset(), "the log has what nobody wrote", end, logEndOffset());
    require(end >= toldEndOffset, "lost what was told to a client", end, toldEndOffset);
    require(end >= committedEndOffset, "I5: lost what was committed", end, committedEndOffset);
    while (logEndOffset() > end) {
      records.remove(records.size() - 1);
    }
    require(logEndOffset() == end, "the log ends within a record", end, logEndOffset());
    refold();
    try (ReplicaLog.Reader reader = log.read(log.startOffset())) {
      long next = log.startOffset();
      for (LogRecord read = reader.nextOrNull(); read != null; read = reader.nextOrNull()) {
        LogRecord written = recordAt(next);
        require(written.crc() == read.crc(), "the log holds another record", next);
        next = read.endOffset();
      }
      require(next == end, "the log has a gap", next, end);
    }
    expectedInStore.clear();
    recordsInStore = 0;
    checkStore();
  }

  private LogRecord recordAt(long baseOffset) {
    for (LogRecord record : records) {
      if (record.baseOffset() == baseOffset) {
        return record;
      }
    }
    throw new Failure("no record begins at " + baseOffset);
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

  // What the replica does

  void onLogEffect(Effect effect) {
    if (effect instanceof Effect.Append append) {
      require(
          append.record().baseOffset() == logEndOffset(),
          "appended elsewhere than at the end",
          append.record().baseOffset(),
          logEndOffset());
      records.add(append.record());
      fold(append.record());
    }
  }

  void onWriteAnswered(Proposal proposal, WriteResult result) {
    if (!(result instanceof WriteResult.Confirmed done)) {
      return;
    }
    boolean strong = proposal.consistency() == Consistency.STRONG;
    long offset = done.offset();
    require(offset < disk().forcedEndOffset, "I1: confirmed before the force", offset);
    require(!strong || offset < store().appliedOffset(), "STRONG before it was applied", offset);
    checkIsThere(proposal, offset);
    if (proposal.clientId() != Operation.NO_CLIENT) {
      Id id = new Id(proposal.clientId(), proposal.sequence());
      Long first = confirmed.put(id, offset);
      require(first == null || first == offset, "confirmed at another offset than before", offset);
    }
    confirmedOffsets.add(offset);
    toldEndOffset = Math.max(toldEndOffset, offset + 1);
  }

  /** The operation at the offset is the one that was proposed. */
  private void checkIsThere(Proposal proposal, long offset) {
    for (LogRecord record : records) {
      if (record.baseOffset() <= offset && offset < record.endOffset()) {
        OperationCursor cursor = new OperationCursor().wrap(record);
        while (cursor.next() && cursor.offset() < offset) {}
        int head = 2 + (cursor.clientId() == Operation.NO_CLIENT ? 0 : 16) + 8;
        int from = cursor.keyPosition() - head;
        int to = cursor.valuePosition() + cursor.valueLength();
        byte[] operation = Arrays.copyOfRange(cursor.array(), from, to);
        require(
            Arrays.equals(operation, proposal.operation()),
            "confirmed at the offset of another write",
            offset);
        return;
      }
    }
    throw new Failure("confirmed at an offset that is not in the log: " + offset);
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

  /** What a STRONG read saw must not be lost any more. */
  void onReadAnswered(ReadBarrier.Kind kind, long sawOffset, long logEndOffset) {
    reads++;
    if (kind == ReadBarrier.Kind.COMMITTED) {
      require(sawOffset < disk().forcedEndOffset, "a read saw what is not committed", sawOffset);
      toldEndOffset = Math.max(toldEndOffset, sawOffset + 1);
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
    ReplicaStatus status = Invariant.checkPresent(machine, "started").status();
    ReplicaOptions limits = Invariant.checkPresent(options, "started");
    long highWatermark = status.highWatermark();
    require(highWatermark >= lastHighWatermark, "I4: the high watermark fell", highWatermark);
    require(
        highWatermark <= disk().forcedEndOffset,
        "I4: the high watermark is not on disk",
        highWatermark,
        disk().forcedEndOffset);
    lastHighWatermark = highWatermark;
    committedEndOffset = Math.max(committedEndOffset, highWatermark);
    require(
        applied.appliedOffset() <= committedEndOffset,
        "I2: the store has what is not committed",
        applied.appliedOffset(),
        committedEndOffset);
    require(
        disk().startOffset <= applied.flushedOffset(),
        "I9: the log lacks what the store has not flushed",
        disk().startOffset,
        applied.flushedOffset());
    checkBounds(status, limits);
  }

  private void checkBounds(ReplicaStatus status, ReplicaOptions limits) {
    int unsynced = 0;
    long unappliedBytes = 0;
    for (int i = records.size() - 1; i >= 0; i--) {
      LogRecord record = records.get(i);
      if (record.endOffset() <= status.appliedOffset()) {
        break;
      }
      unsynced += record.endOffset() > status.durableEndOffset() ? 1 : 0;
      unappliedBytes += record.lengthBytes() - LogRecord.HEADER_BYTES;
    }
    require(unsynced <= limits.maxUnsyncedRecords(), "I8: records under way", unsynced);
    boolean recovering = status.role() == ReplicaStatus.Role.RECOVERING;
    require(
        recovering
            || status.role() == ReplicaStatus.Role.HALTED
            || unappliedBytes <= limits.maxUnappliedBytes(),
        "I8: bytes not yet applied",
        unappliedBytes);
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
    confirmed.forEach(
        (id, offset) ->
            require(Objects.equals(offsets.get(id), offset), "a confirmed write moved", offset));
  }

  Simulation.Summary summary(long events) {
    return new Simulation.Summary(
        events, (int) logEndOffset(), confirmedOffsets.size(), reads, crashes);
  }

  private SimulatedDisk disk() {
    return Invariant.checkPresent(disk, "started");
  }

  private SimulatedStore store() {
    return Invariant.checkPresent(store, "started");
  }
}
