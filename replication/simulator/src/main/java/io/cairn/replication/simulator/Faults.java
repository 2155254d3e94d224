package io.cairn.replication.simulator;

import io.cairn.replication.core.ReplicaOptions;

/**
 * How bad the world of one run is, drawn from its seed: some runs are calm, some lose every tenth
 * message and crash all the time.
 *
 * @param clients that each do one thing at a time: how many things are in flight
 * @param crash of a node, per mille of its events
 * @param stop of a node in order, per mille of its moments of rest
 * @param logFailure of an append or a force, per mille of the log's events
 * @param storeFailure per mille of the applier's turns
 * @param lostMessage per mille of the messages
 * @param lateMessage per mille of the messages
 * @param lateReport of log, applier or flush to the replica, per mille of them
 * @param stall of a force or of the applier, per mille of both
 * @param spaceChange of the log's disk, per mille of the log's events
 * @param flush of the store, per mille of its moments of rest
 */
record Faults(
    int clients,
    int crash,
    int stop,
    int logFailure,
    int storeFailure,
    int lostMessage,
    int lateMessage,
    int lateReport,
    int stall,
    int spaceChange,
    int flush,
    ReplicaOptions options) {

  static Faults draw(Chance chance) {
    return new Faults(
        chance.coin() ? 6 : chance.between(7, 40),
        chance.coin() ? chance.between(1, 10) : 1,
        chance.coin() ? chance.between(1, 50) : 0,
        chance.coin() ? chance.between(1, 10) : 0,
        chance.coin() ? chance.between(1, 5) : 0,
        chance.coin() ? chance.between(1, 150) : 0,
        chance.coin() ? chance.between(1, 200) : 0,
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
        chance.between(1, 3),
        chance.coin() ? chance.between(1, 12) : chance.between(12, 200),
        chance.between(200, 20_000));
  }

  Faults none() {
    return new Faults(clients, 0, 0, 0, 0, 0, 0, 0, 0, 0, 50, options);
  }
}
