package io.cairn.replication.simulator;

import io.cairn.replication.core.ReplicaLog;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.IsrMember;
import io.cairn.replication.core.metadata.ShardMetadata;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a process gets log and store from another in-sync replica: piece by piece, from the piece
 * that it has got so far, or anew from another one when the source is gone; then it replaces its
 * own in two steps, and a crash between them begins all of it again.
 */
final class SnapshotTransfer {
  private final SimulatedProcess process;
  private final Simulation simulation;
  private final Chance chance;

  private boolean underWay;

  /** What the source has made for this process; null until it has answered. */
  private @Nullable Snapshot snapshot;

  private @Nullable SimulatedProcess source;
  private int piecesLeft;
  private int request;

  SnapshotTransfer(SimulatedProcess process) {
    this.process = process;
    simulation = process.simulation;
    chance = process.chance;
  }

  void begin() {
    if (!underWay) {
      underWay = true;
      snapshot = null;
      source = null;
      ask();
    }
  }

  private void ask() {
    if (!underWay) {
      return;
    }
    if (isInSync() && !process.disk().halfRebuilt) {
      keepOwn();
      return;
    }
    int asked = ++request;
    process.schedule(
        chance.between(20_000, 200_000),
        () -> {
          if (asked == request) {
            ask();
          }
        });
    if (source == null || !source.isUp()) {
      snapshot = null;
      source = chooseOrNull();
    }
    SimulatedProcess from = source;
    if (from != null) {
      int to = process.nodeId();
      simulation.network.deliver(
          to,
          from.nodeId(),
          () ->
              from.schedule(
                  0,
                  () -> {
                    Snapshot made = snapshot == null ? from.makeSnapshot() : snapshot;
                    if (made != null) {
                      simulation.network.deliver(
                          from.nodeId(),
                          to,
                          () -> process.schedule(0, () -> onPiece(asked, from, made)));
                    }
                  }));
    }
  }

  /** Only a leader that was forced meanwhile is, and it is to lead with what it has. */
  private boolean isInSync() {
    ShardMetadata shard = process.agent().known().shards().get(Simulation.SHARD);
    return shard != null && shard.isr().contains(process.self().member());
  }

  private void keepOwn() {
    process.log(() -> "keeps what it has");
    request++;
    underWay = false;
    process.disk().rebuilding = false;
    process.schedule(1, process::crash); // its files are opened anew
  }

  private @Nullable SimulatedProcess chooseOrNull() {
    ClusterMetadata metadata = process.agent().known();
    ShardMetadata shard = metadata.shards().get(Simulation.SHARD);
    List<SimulatedProcess> sources = new ArrayList<>();
    if (shard != null) {
      for (IsrMember member : shard.isr()) {
        SimulatedProcess other = simulation.node(member.nodeId()).processOrNull();
        if (other != null && other != process && other.self().member().equals(member)) {
          sources.add(other);
        }
      }
    }
    return sources.isEmpty() ? null : chance.pick(sources);
  }

  private void onPiece(int asked, SimulatedProcess from, Snapshot made) {
    if (asked != request || from != source) {
      return;
    }
    if (snapshot == null) {
      snapshot = made;
      piecesLeft = chance.between(1, 4);
    }
    if (--piecesLeft > 0) {
      ask();
      return;
    }
    request++;
    process.schedule(chance.between(100, 5_000), () -> replaceLog(made));
  }

  private void replaceLog(Snapshot installed) {
    process.log(() -> "snapshot at " + installed.offset());
    try {
      process
          .replicaLog()
          .reset(installed.offset(), installed.previousCrc(), installed.previousEpoch());
    } catch (ReplicaLog.LogFailedException failed) {
      process.crash();
      return;
    }
    process.disk().halfRebuilt = true;
    process.disk().truth.onInstalled(installed);
    process.schedule(chance.between(100, 5_000), () -> replaceStore(installed));
  }

  private void replaceStore(Snapshot installed) {
    process.disk().store.install(installed.entries(), installed.offset());
    process.disk().halfRebuilt = false;
    process.disk().rebuilding = false;
    underWay = false;
    process.onRebuilt();
  }
}
