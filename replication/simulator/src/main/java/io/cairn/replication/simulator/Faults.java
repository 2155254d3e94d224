package io.cairn.replication.simulator;

import io.cairn.replication.core.ReplicaOptions;

/**
 * How bad the world of one run is, drawn from its seed: some runs are calm, some lose every tenth
 * message and crash all the time.
 *
 * @param crash of a node, per mille of its events
 * @param logFailure of an append or a force, per mille of the log's events
 * @param lostMessage per mille of the messages
 * @param lateMessage per mille of the messages
 * @param stall of a force, per mille of the forces
 * @param spaceChange of the log's disk, per mille of the log's events
 * @param flush of the store, per mille of its events
 */
record Faults(
    int crash,
    int logFailure,
    int lostMessage,
    int lateMessage,
    int stall,
    int spaceChange,
    int flush,
    ReplicaOptions options) {

  static Faults draw(Chance chance) {
    return new Faults(
        chance.coin() ? chance.between(1, 15) : 2,
        chance.coin() ? chance.between(1, 10) : 0,
        chance.coin() ? chance.between(1, 150) : 0,
        chance.coin() ? chance.between(1, 200) : 0,
        chance.coin() ? chance.between(1, 100) : 0,
        chance.coin() ? chance.between(1, 30) : 0,
        chance.between(5, 300),
        options(chance));
  }

  /** Narrow limits, so that they are met. */
  private static ReplicaOptions options(Chance chance) {
    int maxRecordBytes = chance.between(130, 600);
    return new ReplicaOptions(
        maxRecordBytes,
        chance.between(maxRecordBytes, 4000),
        chance.between(1, 4),
        chance.between(1, 5),
        chance.coin() ? chance.between(1, 12) : chance.between(12, 200),
        chance.between(200, 20_000));
  }

  static Faults none(ReplicaOptions options) {
    return new Faults(0, 0, 0, 0, 0, 0, 50, options);
  }
}
