package io.cairn.reliability;

import io.cairn.client.CairnClient;
import io.cairn.v1.DescribeResponse;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Where a {@link Nemesis} works.
 *
 * @param disks of the nodes, if they have any of their own
 * @param registers of the round
 * @param client whose writes tell when the cluster serves again
 */
record Stage(
    FaultyCluster cluster,
    Disks disks,
    Random random,
    Registers registers,
    CairnClient client,
    Failovers failovers,
    StringBuilder story) {
  private static final int FAILOVER_LIMIT_SECONDS = 60;
  private static final long PROBE = 900;

  void tell(String what) {
    story.append("; ").append(what);
  }

  int anyShard() {
    return random.nextInt(FaultyCluster.SHARDS);
  }

  void pause(int fromMillis, int toMillis) {
    NodeProcess.pauseMillis(fromMillis + random.nextInt(toMillis - fromMillis));
  }

  /** A node that does not lead the shard. */
  int follower(int shard) {
    int leader = cluster.awaitLeader(shard);
    int nodes = cluster.members().size();
    return (leader - 1 + 1 + random.nextInt(nodes - 1)) % nodes + 1;
  }

  /** Kills the leader of a shard, and measures until a STRONG write there is confirmed. */
  void killLeader(int shard, int leader, boolean wasController) {
    cluster.member(leader).killMinusNine();
    long killed = System.nanoTime();
    String key = registers.keyOf(shard);
    while (!registers.put(client, PROBE, key, true)) {
      if (System.nanoTime() - killed > TimeUnit.SECONDS.toNanos(FAILOVER_LIMIT_SECONDS)) {
        throw new FaultyCluster.NotInTimeException(
            "no STRONG write on shard " + shard + " within 60 s of the kill of its leader");
      }
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killed);
    failovers.add(wasController, millis);
    tell(
        String.format(
            "kill -9 of node %d, leader of shard %d%s, %d ms",
            leader, shard, wasController ? " and controller" : "", millis));
  }

  boolean isController(int nodeId) {
    DescribeResponse view = cluster.view();
    return view.getController() == nodeId;
  }
}
