package io.cairn.replication.simulator;

import java.util.UUID;

/** All that a node keeps on one disk: what is there when the next process starts. */
final class NodeDisk {
  /** Of all disks there ever were. */
  final int number;

  final UUID storeId;
  final SimulatedDisk log = new SimulatedDisk();
  final SimulatedStore store;
  final DiskTruth truth;

  /** Of the newest process; counted before it registers. */
  long incarnation;

  /** Log and store are being replaced by a snapshot and are of no use until that is done. */
  boolean rebuilding;

  /** The log is that of the snapshot, the store is not yet. */
  boolean halfRebuilt;

  NodeDisk(int number, UUID storeId, SimulatedStore store, DiskTruth truth) {
    this.number = number;
    this.storeId = storeId;
    this.store = store;
    this.truth = truth;
  }
}
