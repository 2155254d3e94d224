package io.cairn.replication.simulator;

import io.cairn.replication.core.ReplicaOptions;
import java.util.EnumSet;
import java.util.Set;

/**
 * What one run is made of, drawn from its seed.
 *
 * @param replicas of the shard in the beginning, nodes 1 to this
 * @param spares further nodes, which may become replicas
 * @param operations of all clients together, about
 * @param faultsMicros how long faults go on
 * @param nemesisMicros from one great fault to the next, at most
 * @param kinds of great faults that this run knows
 * @param operatorMicros from one change by the operator to the next, at most; 0 for no change
 * @param givesUp whether so many disks may be lost that the operator has to force a leader, with
 *     loss of what was committed: then histories are not looked at
 * @param timeoutTicks after which a silent node is taken to have failed
 */
record World(
    int replicas,
    int spares,
    int clients,
    int keys,
    int readsPerMille,
    int operations,
    int faultsMicros,
    int nemesisMicros,
    Set<Nemesis.Kind> kinds,
    int operatorMicros,
    int minInsyncReplicas,
    boolean givesUp,
    int timeoutTicks,
    int hintTicks,
    Faults faults,
    ReplicaOptions options) {

  static World draw(Chance chance) {
    int replicas = new int[] {1, 3, 3, 3, 3, 5}[chance.between(0, 5)];
    Set<Nemesis.Kind> kinds = EnumSet.noneOf(Nemesis.Kind.class);
    for (Nemesis.Kind kind : Nemesis.Kind.values()) {
      if (chance.perMille(400)) {
        kinds.add(kind);
      }
    }
    int timeoutTicks = chance.between(6, 20);
    return new World(
        replicas,
        chance.perMille(300) ? chance.between(1, 2) : 0,
        chance.coin() ? chance.between(3, 8) : chance.between(9, 30),
        chance.between(1, 6),
        chance.coin() ? 400 : chance.between(100, 800),
        chance.between(100, 300),
        chance.between(2_000_000, 8_000_000),
        chance.between(100_000, 2_000_000),
        kinds,
        operatorMicros(chance),
        chance.perMille(300) ? chance.between(1, replicas) : 0,
        replicas > 1 && chance.perMille(100),
        timeoutTicks,
        chance.between(2, timeoutTicks),
        Faults.draw(chance),
        options(chance));
  }

  private static int operatorMicros(Chance chance) {
    return switch (chance.between(1, 4)) {
      case 1 -> chance.between(20_000, 200_000);
      case 2 -> chance.between(200_000, 2_000_000);
      default -> 0;
    };
  }

  int nodes() {
    return replicas + spares;
  }

  /**
   * In a third of the runs, in half of these so long that more than one leader comes and goes
   * meanwhile. Not drawn, so that the others are what they were.
   */
  int readLeaseMillis() {
    return switch (operations % 6) {
      case 0 -> 50 + operations % 7 * 100;
      case 3 -> 1_000 + operations % 7 * 1_000;
      default -> 0;
    };
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
        chance.between(200, 20_000),
        new ReplicaOptions.Replication(
            chance.between(3, 20),
            chance.between(1, 4),
            chance.between(4, 12),
            chance.between(2, 5),
            chance.between(2, 20),
            chance.between(100, 5_000),
            chance.between(1, 3_000)));
  }
}
