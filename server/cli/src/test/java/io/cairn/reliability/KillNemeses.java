package io.cairn.reliability;

import io.cairn.v1.DescribeResponse;
import io.cairn.v1.ShardDescription;
import java.util.Optional;

/** kill -9, and a start some time later. */
final class KillNemeses {
  private KillNemeses() {}

  /** Of the leader of a shard. */
  static final class Leader implements Nemesis {
    /** So that what is measured is a failover, not how long the others take to be back. */
    @Override
    public boolean needsAll() {
      return true;
    }

    @Override
    public void strike(Stage stage) throws Exception {
      int shard = shardOfAnother(stage);
      int leader = stage.cluster().awaitLeader(shard);
      stage.killLeader(shard, leader, stage.isController(leader));
      stage.pause(0, 3_000);
      stage.cluster().member(leader).start();
    }

    /** One that the controller does not lead, which has a nemesis of its own. */
    private static int shardOfAnother(Stage stage) {
      DescribeResponse view = stage.cluster().view();
      Optional<ShardDescription> found =
          view.getShardsList().stream()
              .filter(s -> s.getLeader() != view.getController())
              .findFirst();
      if (found.isPresent()) {
        return found.get().getShard();
      }
      int shard = stage.anyShard();
      OperatorNemeses.transfer(stage, shard);
      stage.cluster().awaitInSync(60);
      return shard;
    }
  }

  /** Of a node that follows in a shard at least. */
  static final class Follower implements Nemesis {
    @Override
    public void strike(Stage stage) throws Exception {
      int follower = stage.follower(stage.anyShard());
      stage.tell(String.format("kill -9 of node %d, a follower", follower));
      stage.cluster().member(follower).killMinusNine();
      stage.pause(0, 4_000);
      stage.cluster().member(follower).start();
    }
  }

  /** Of the node that leads the metadata quorum. */
  static final class Controller implements Nemesis {
    /** So that what is measured is a failover, not how long the others take to be back. */
    @Override
    public boolean needsAll() {
      return true;
    }

    @Override
    public void strike(Stage stage) throws Exception {
      int controller = stage.cluster().awaitController();
      DescribeResponse view = stage.cluster().view();
      Optional<ShardDescription> led =
          view.getShardsList().stream().filter(s -> s.getLeader() == controller).findFirst();
      if (led.isPresent()) {
        stage.killLeader(led.get().getShard(), controller, true);
      } else {
        stage.tell(String.format("kill -9 of node %d, the controller", controller));
        stage.cluster().member(controller).killMinusNine();
      }
      stage.pause(0, 3_000);
      stage.cluster().member(controller).start();
    }
  }

  /** Of all nodes at the same time. */
  static final class All implements Nemesis {
    @Override
    public void strike(Stage stage) throws Exception {
      stage.tell("kill -9 of all");
      stage.cluster().members().parallelStream().forEach(ClusterMember::killMinusNine);
      stage.pause(0, 1_500);
      stage.cluster().startAll();
      stage.cluster().awaitInSync(90);
    }
  }

  /** The process hangs, longer than anybody waits for it, and goes on as if nothing had been. */
  static final class Pause implements Nemesis {
    private static final int LONGER_THAN_TIMEOUTS_MILLIS = 4_500;

    @Override
    public void strike(Stage stage) throws Exception {
      int shard = stage.anyShard();
      int nodeId =
          stage.random().nextInt(3) == 0
              ? stage.follower(shard)
              : stage.cluster().awaitLeader(shard);
      ClusterMember member = stage.cluster().member(nodeId);
      stage.tell(String.format("SIGSTOP of node %d", nodeId));
      member.pause();
      try {
        stage.pause(LONGER_THAN_TIMEOUTS_MILLIS, LONGER_THAN_TIMEOUTS_MILLIS + 3_000);
      } finally {
        member.resume();
      }
    }
  }

  /** SIGTERM of one node after the other, each started again before the next stops. */
  static final class RollingRestart implements Nemesis {
    @Override
    public boolean needsAll() {
      return true;
    }

    @Override
    public void strike(Stage stage) throws Exception {
      stage.tell("rolling restart");
      for (ClusterMember member : stage.cluster().members()) {
        member.stop();
        member.start();
        stage.cluster().awaitInSync(60);
      }
    }
  }

  /** A node loses its disk: it comes back under its id with nothing. */
  static final class WipedDirectory implements Nemesis {
    @Override
    public boolean needsAll() {
      return true;
    }

    @Override
    public void strike(Stage stage) throws Exception {
      ClusterMember member = stage.cluster().any(stage.random());
      stage.tell(String.format("node %d loses its disk", member.nodeId()));
      member.killMinusNine();
      member.checkLog();
      member.wipe();
      stage.pause(0, 2_000);
      member.start();
      stage.cluster().awaitInSync(90);
    }
  }
}
