package io.cairn.replication.simulator;

import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.Replica;
import io.cairn.replication.core.ReplicaOptions;
import io.cairn.replication.core.Start;
import io.cairn.replication.core.metadata.ChangeResult;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.MetadataChange;
import io.cairn.replication.core.metadata.ProcessId;

/** What a simulated cluster is built of; a test that plants a bug replaces one of them. */
public class Parts {
  public Machine machine(ProcessId self, ReplicaOptions options, Start start) {
    return Machine.of(new Replica(self, Simulation.SHARD, options, start));
  }

  public SimulatedLog log(SimulatedDisk disk) {
    return new SimulatedLog(disk);
  }

  public SimulatedStore store() {
    return new SimulatedStore();
  }

  /** The rules of the metadata. */
  public ChangeResult apply(ClusterMetadata metadata, MetadataChange change) {
    return metadata.apply(change);
  }

  /** What a node gives away as its state. */
  Snapshot snapshot(SimulatedStore store, SimulatedLog log) {
    long offset = store.appliedOffset();
    if (offset == log.startOffset()) {
      int crc = log.crcBeforeStart();
      return new Snapshot(store.copy(), offset, crc, log.epochBeforeStart());
    }
    LogRecord last = log.endingAtOrAfter(offset);
    return new Snapshot(store.copy(), offset, last.crc(), last.epoch());
  }
}
