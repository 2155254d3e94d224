package io.cairn.replication.simulator;

import io.cairn.replication.core.ReplicaLog;
import io.cairn.replication.core.ReplicaLogContract;

class SimulatedLogTest extends ReplicaLogContract {
  private final SimulatedDisk disk = new SimulatedDisk();

  @Override
  protected ReplicaLog open() {
    return new SimulatedLog(disk);
  }
}
