package io.cairn.replication.simulator;

import io.cairn.replication.core.Input;
import io.cairn.replication.core.ReplicaStatus.Role;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.IsrChange.Transfer;
import io.cairn.replication.core.metadata.IsrMember;
import io.cairn.replication.core.metadata.ShardMetadata;

/** How a process ends in order: it gives its leadership away, finishes, and closes its files. */
final class Shutdown {
  private static final int MAX_TRIES = 40;

  private final SimulatedProcess process;
  private boolean underWay;

  Shutdown(SimulatedProcess process) {
    this.process = process;
  }

  boolean isUnderWay() {
    return underWay;
  }

  void begin() {
    if (underWay || !process.isReady()) {
      return;
    }
    underWay = true;
    process.hear(new Input.Drain());
    handOver();
    process.agent().sayGoodbye();
    process.schedule(process.chance.between(500, 30_000), () -> maybeClose(MAX_TRIES));
  }

  private void handOver() {
    ClusterMetadata metadata = process.agent().known();
    ShardMetadata shard = metadata.shards().get(Simulation.SHARD);
    if (shard != null && shard.leader() == process.nodeId()) {
      for (IsrMember member : shard.isr()) {
        if (member.nodeId() != process.nodeId()) {
          process
              .agent()
              .propose(
                  new Transfer(Simulation.SHARD, shard.epoch(), member.nodeId()), result -> {});
        }
      }
    }
  }

  private void maybeClose(int tries) {
    Role role = process.replica().machine().status().role();
    if (role == Role.HALTED) {
      return; // the end is near anyway
    }
    boolean atRest =
        role != Role.REBUILDING
            && process.replica().requests().isIdle()
            && process.replica().checks().nobodyWaits()
            && process.replica().logThread().isIdle()
            && process.replica().applier().isIdle();
    if (atRest) {
      process.close();
    } else if (tries == 0) {
      process.crash(); // killed, because it does not end
    } else {
      process.schedule(process.chance.between(500, 20_000), () -> maybeClose(tries - 1));
    }
  }
}
