package io.cairn.replication.simulator;

import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.Operation;
import io.cairn.replication.core.OperationCursor;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.IsrChange.AlterIsr;
import io.cairn.replication.core.metadata.IsrMember;
import io.cairn.replication.core.metadata.ProcessId;
import io.cairn.replication.core.metadata.ShardMetadata;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Knows what must be of the cluster as a whole: the one committed log, who leads which epoch, and
 * that whoever may lead next has all that is committed on its disk.
 */
final class ClusterTruth {

  /** The write that an id names. */
  private record Id(long client, long sequence) {}

  private record Place(long epoch, long offset) {}

  private final Map<UUID, DiskTruth> disks = new HashMap<>();
  private final Records committed = new Records();
  private final CutOffTruth cutOff = new CutOffTruth(committed);
  private CommittedState state = new CommittedState();
  private final Map<Id, Long> committedWrites = new HashMap<>();
  private final Map<Place, Integer> everAppended = new HashMap<>();
  private final Map<Long, ProcessId> leaders = new HashMap<>();

  private ClusterMetadata metadata = ClusterMetadata.empty();

  /** Proposals that were sent, and could still be accepted. */
  private final List<AlterIsr> proposals = new ArrayList<>();

  private boolean isrChecked = true;
  private boolean gaveUp;
  private boolean over;

  Records committed() {
    return committed;
  }

  CommittedState state() {
    return state;
  }

  CutOffTruth cutOff() {
    return cutOff;
  }

  /** What each disk's log was told. */
  List<Records> logs() {
    return disks.values().stream().map(disk -> disk.told).toList();
  }

  int leaderships() {
    return leaders.size();
  }

  DiskTruth newDisk(UUID storeId) {
    DiskTruth disk = new DiskTruth(this);
    disks.put(storeId, disk);
    return disk;
  }

  /** The disk is gone for good. */
  void onWiped(UUID storeId) {
    disks.remove(storeId);
  }

  // Metadata

  void onMetadata(ClusterMetadata newer) {
    metadata = newer;
    proposals.removeIf(proposal -> !mayBeAccepted(proposal));
    isrChecked = false;
  }

  void onProposal(AlterIsr proposal) {
    if (mayBeAccepted(proposal)) {
      proposals.add(proposal);
      isrChecked = false;
    }
  }

  private boolean mayBeAccepted(AlterIsr proposal) {
    ShardMetadata shard = metadata.shards().get(Simulation.SHARD);
    return shard != null
        && shard.epoch() == proposal.epoch()
        && shard.leader() == proposal.leader()
        && shard.version() == proposal.expectedVersion();
  }

  /** Every ISR that is agreed, or may be any moment. */
  List<List<IsrMember>> possibleIsrs() {
    ShardMetadata shard = metadata.shards().get(Simulation.SHARD);
    List<List<IsrMember>> possible = new ArrayList<>();
    if (shard != null) {
      possible.add(shard.isr());
      for (AlterIsr proposal : proposals) {
        possible.add(proposal.isr().stream().map(ProcessId::member).toList());
      }
    }
    return possible;
  }

  /** From now on what the leader has on its disk is what was committed; the rest is given up. */
  void onForced(DiskTruth leader) {
    gaveUp = true;
    while (committed.size() > 0
        && !leader.holds(committed.endOffset(), committed.get(committed.size() - 1).crc())) {
      committed.removeLast();
    }
    over = committed.endOffset() < leader.told.startOffset();
    if (over) {
      return;
    }
    // It may bring back what an earlier one had given up.
    while (committed.endOffset() < leader.highestWatermark()
        && committed.endOffset() < leader.forcedEndOffset()) {
      committed.add(leader.told.at(committed.endOffset()));
    }
    committedWrites.clear();
    state = new CommittedState();
    for (LogRecord record : committed.all()) {
      fold(record);
    }
    for (DiskTruth disk : disks.values()) {
      disk.onForced(disk == leader);
    }
    isrChecked = false;
  }

  /**
   * Whether nobody can tell any more what is right: a forced leader has brought back, in a
   * snapshot, what another forced leader had given up before.
   */
  boolean isOver() {
    return over;
  }

  long forcedEpoch() {
    ShardMetadata shard = metadata.shards().get(Simulation.SHARD);
    return shard == null ? 0 : shard.forcedEpoch();
  }

  /** Whether all that is below this offset on a disk is what was committed. */
  boolean agrees(DiskTruth disk, long endOffset) {
    Integer here = disk.made.crcBeforeOrNull(endOffset);
    return here != null && here.equals(committed.crcBeforeOrNull(endOffset));
  }

  // What replicas do

  /** I3. */
  void onLeads(ProcessId leader, long epoch) {
    ProcessId first = leaders.putIfAbsent(epoch, leader);
    if (first != null && !first.equals(leader)) {
      throw new Failure("I3: epoch " + epoch + " is led by " + first + " and by " + leader);
    }
  }

  /** I6: an epoch and an offset name one record, and by its chain of CRCs all before it. */
  void onAppend(LogRecord record) {
    Integer first =
        everAppended.putIfAbsent(new Place(record.epoch(), record.baseOffset()), record.crc());
    Failure.require(
        first == null || first == record.crc(),
        "I6: two records of one epoch and offset",
        record.epoch(),
        record.baseOffset());
  }

  void onDiskChange() {
    isrChecked = false;
  }

  /**
   * I5: nobody who may lead cuts off what is committed. Who is out of sync may, when it follows a
   * leader that was deposed.
   */
  void onCut(DiskTruth disk, long endOffset) {
    if (endOffset < committed.endOffset() && endOffset < disk.made.endOffset() && mayLead(disk)) {
      LogRecord lost = disk.made.at(endOffset);
      LogRecord kept = committed.at(endOffset);
      Failure.require(lost.crc() != kept.crc(), "I5: a committed record is cut off", endOffset);
    }
  }

  private boolean mayLead(DiskTruth disk) {
    return possibleIsrs().stream()
        .flatMap(List::stream)
        .anyMatch(member -> disks.get(member.storeId()) == disk);
  }

  /**
   * What a replica takes for committed.
   *
   * @param mayCommit whether it leads, so that it may decide so; others only hear of it
   */
  void onHighWatermark(
      DiskTruth disk, long oldHighWatermark, long highWatermark, boolean mayCommit) {
    Failure.require(
        mayCommit || highWatermark <= committed.endOffset(),
        "I4: a follower takes for committed what no leader does",
        highWatermark,
        committed.endOffset());
    while (committed.endOffset() < highWatermark) {
      commit(disk.made.at(committed.endOffset()));
    }
    Failure.require(
        committed.endOffset() >= highWatermark, "a high watermark within a record", highWatermark);
    Failure.require(
        agrees(disk, highWatermark),
        "two logs differ in what is committed",
        oldHighWatermark,
        highWatermark);
  }

  private void commit(LogRecord record) {
    committed.add(record);
    isrChecked = false;
    fold(record);
  }

  private void fold(LogRecord record) {
    state.apply(record);
    OperationCursor cursor = new OperationCursor().wrap(record);
    while (cursor.next()) {
      if (cursor.clientId() != Operation.NO_CLIENT) {
        Id id = new Id(cursor.clientId(), cursor.sequence());
        Long before = committedWrites.put(id, cursor.offset());
        if (before != null) {
          throw new Failure("a write is in the log twice: at " + before + ", " + cursor.offset());
        }
      }
    }
  }

  /** I4: all that is committed is on the disk of everyone who may lead next. */
  void checkAlways() {
    if (isrChecked || over) {
      return;
    }
    isrChecked = true;
    long end = committed.endOffset();
    Integer crc = committed.crcBeforeOrNull(end);
    for (List<IsrMember> isr : possibleIsrs()) {
      for (IsrMember member : isr) {
        DiskTruth disk = disks.get(member.storeId());
        if (disk != null && gaveUp && end < disk.told.startOffset()) {
          over = true; // it was forced while it copied what is given up, and had not heard of it
          return;
        }
        if (disk != null && crc != null && !disk.holds(end, crc)) {
          throw new Failure(
              "I4: node "
                  + member.nodeId()
                  + " may lead, and lacks what is committed: "
                  + disk.forcedEndOffset()
                  + ", "
                  + end);
        }
      }
    }
  }
}
