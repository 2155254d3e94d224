package io.cairn.replication.simulator;

import io.cairn.replication.core.Replica;
import io.cairn.replication.core.ReplicaOptions;
import io.cairn.replication.core.Start;

/** What a simulated node is built of; a test that plants a bug replaces one of them. */
public class Parts {
  public Machine machine(ReplicaOptions options, Start start) {
    return Machine.of(new Replica(options, start));
  }

  public SimulatedLog log(SimulatedDisk disk) {
    return new SimulatedLog(disk);
  }

  public SimulatedStore store() {
    return new SimulatedStore();
  }
}
