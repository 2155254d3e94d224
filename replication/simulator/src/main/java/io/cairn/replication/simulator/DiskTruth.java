package io.cairn.replication.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cairn.replication.core.Invariant;
import io.cairn.replication.core.Key;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.OperationCursor;
import io.cairn.replication.core.PendingTail;
import io.cairn.replication.core.Proposal;
import io.cairn.replication.core.ReplicaLog;
import io.cairn.replication.simulator.SimulatedStore.Versioned;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Knows what log and store on one disk must hold: from what the log was told, and what the replica
 * made of it, which runs ahead of the log. It trusts nothing that a replica says of itself.
 */
final class DiskTruth {
  private final ClusterTruth cluster;

  /** What the log was told; cut back to what survived when a process starts. */
  final Records told = new Records();

  /** What the replica has appended, whether the log has heard of it or not. */
  final Records made = new Records();

  /** Everything below it was forced to this disk. */
  private long forcedEndOffset;

  /** Over all lives. */
  private long highestWatermark;

  /** It may hold what was committed once and was given up when a leader was forced. */
  private boolean givenUp;

  /** State at the beginning of the records. */
  private NavigableMap<String, Versioned> atStart = new TreeMap<>();

  private final NavigableMap<String, Versioned> newest = new TreeMap<>();

  private final NavigableMap<String, Versioned> expectedInStore = new TreeMap<>();
  private int recordsInStore;

  DiskTruth(ClusterTruth cluster) {
    this.cluster = cluster;
  }

  // What becomes of the disk

  /** The log that came back must be a beginning of the one that was made, and long enough. */
  void onOpened(ReplicaLog log) {
    long end = log.endOffset();
    Failure.require(
        end <= told.endOffset(), "another log came back: longer", end, told.endOffset());
    Failure.require(end >= forcedEndOffset, "I5: lost what was forced", end, forcedEndOffset);
    while (told.endOffset() > end) {
      told.removeLast();
    }
    Failure.require(told.endOffset() == end, "another log came back: cut within a record", end);
    try (ReplicaLog.Reader reader = log.read(log.startOffset())) {
      long next = log.startOffset();
      for (LogRecord read = reader.nextOrNull(); read != null; read = reader.nextOrNull()) {
        LogRecord written = told.at(next);
        Failure.require(written.crc() == read.crc(), "another log came back: another record", next);
        next = read.endOffset();
      }
      Failure.require(next == end, "another log came back: a gap", next, end);
    }
    forcedEndOffset = end;
    made.setTo(told);
    refold();
    expectedInStore.clear();
    recordsInStore = 0;
  }

  private void refold() {
    newest.clear();
    newest.putAll(atStart);
    for (LogRecord record : made.all()) {
      SimulatedStore.applyTo(newest, record);
    }
  }

  void onLogAppended(LogRecord record) {
    told.add(record);
  }

  void onLogCut(long endOffset) {
    told.cut(endOffset);
    forcedEndOffset = endOffset;
  }

  void onForced(long endOffset) {
    forcedEndOffset = endOffset;
  }

  /** In order: the log has all that it was told. */
  void onClosed(long endOffset) {
    forcedEndOffset = endOffset;
    Failure.require(told.endOffset() == endOffset, "closed elsewhere than at the end", endOffset);
  }

  /** What was committed is not committed any more, as far as the forced leader lacks it. */
  void onForced(boolean leads) {
    givenUp = !leads && (givenUp || !cluster.agrees(this, highestWatermark));
    expectedInStore.clear();
    recordsInStore = 0;
  }

  /** Whether all that its replica takes for committed is. */
  void onAgrees(boolean agrees) {
    givenUp = !agrees;
  }

  boolean isGivenUp() {
    return givenUp;
  }

  void onHighWatermark(long highWatermark) {
    highestWatermark = Math.max(highestWatermark, highWatermark);
  }

  long highestWatermark() {
    return highestWatermark;
  }

  long forcedEndOffset() {
    return forcedEndOffset;
  }

  void onInstalled(Snapshot snapshot) {
    told.reset(snapshot.offset(), snapshot.previousCrc());
    Integer committedCrc = cluster.committed().crcBeforeOrNull(snapshot.offset());
    // Made before a leader was forced, or by a replica that has not heard of it.
    givenUp =
        cluster.forcedEpoch() > 0
            && (committedCrc == null || committedCrc != snapshot.previousCrc());
    highestWatermark = snapshot.offset();
    made.setTo(told);
    forcedEndOffset = snapshot.offset();
    atStart = new TreeMap<>(snapshot.entries());
    refold();
    expectedInStore.clear();
    recordsInStore = 0;
  }

  /** Whether all below this offset is on this disk, the last record being the one meant. */
  boolean holds(long endOffset, int crc) {
    Integer here = told.crcBeforeOrNull(endOffset);
    return forcedEndOffset >= endOffset && here != null && here == crc;
  }

  // What the replica does

  void onAppend(LogRecord record) {
    made.add(record);
    SimulatedStore.applyTo(newest, record);
  }

  void onCut(long endOffset) {
    made.cut(endOffset);
    refold();
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

  /** The operation at the offset is the one that was proposed. */
  void checkIsThere(Proposal proposal, long offset) {
    OperationCursor cursor = new OperationCursor().wrap(made.at(offset));
    while (cursor.next() && cursor.offset() < offset) {}
    Failure.require(
        operation(cursor).equals(Key.of(proposal.operation())),
        "confirmed at the offset of another write",
        offset);
  }

  /** As it was proposed. */
  static Key operation(OperationCursor cursor) {
    int head = 2 + (cursor.clientId() == 0 ? 0 : 16) + 8;
    int length = head + cursor.keyLength() + cursor.valueLength();
    return new Key(cursor.array(), cursor.keyPosition() - head, length);
  }

  /** The store is what the committed log comes to at its applied offset. */
  void checkStore(SimulatedStore store) {
    if (givenUp) {
      return;
    }
    Records committed = cluster.committed();
    while (recordsInStore < committed.size()
        && committed.get(recordsInStore).endOffset() <= store.appliedOffset()) {
      SimulatedStore.applyTo(expectedInStore, committed.get(recordsInStore++));
    }
    Map<String, Versioned> entries = Invariant.checkPresent(store.entries(), "a store");
    if (!expectedInStore.equals(entries)) {
      throw new Failure(
          "the store at "
              + store.appliedOffset()
              + " holds "
              + entries
              + " instead of "
              + expectedInStore);
    }
  }
}
