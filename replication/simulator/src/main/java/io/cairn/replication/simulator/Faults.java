package io.cairn.replication.simulator;

/**
 * How bad the small things of one run are, drawn from its seed: some runs are calm, some lose every
 * tenth message. The great ones come from the {@link Nemesis}.
 *
 * @param crash of a process, per hundred thousand of its events
 * @param logFailure of an append or a force, per mille of the log's events
 * @param storeFailure per mille of the applier's turns
 * @param lostMessage per mille of the messages
 * @param doubledMessage per mille of the messages
 * @param lateMessage per mille of the messages
 * @param lateReport of log, applier or flush to the replica, per mille of them
 * @param stall of a force, the applier or a thread that hands over, per mille of these
 * @param spaceChange of the log's disk, per mille of the log's events
 * @param flush of the store, per mille of its moments of rest
 */
record Faults(
    int crash,
    int logFailure,
    int storeFailure,
    int lostMessage,
    int doubledMessage,
    int lateMessage,
    int lateReport,
    int stall,
    int spaceChange,
    int flush) {

  static Faults draw(Chance chance) {
    return new Faults(
        chance.maybe(1, 100),
        chance.maybe(1, 3),
        chance.maybe(1, 2),
        chance.maybe(1, 100),
        chance.maybe(1, 50),
        chance.maybe(1, 100),
        chance.maybe(1, 100),
        chance.maybe(1, 50),
        chance.maybe(1, 10),
        chance.between(50, 900));
  }

  static Faults none() {
    return new Faults(0, 0, 0, 0, 0, 0, 0, 0, 0, 500);
  }
}
