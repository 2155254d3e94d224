package io.cairn.reliability;

import java.util.function.BiConsumer;

/** What goes wrong between nodes. Clients reach all of them. */
final class NetworkNemeses {
  private NetworkNemeses() {}

  private static void forOthers(Stage stage, int nodeId, BiConsumer<Integer, Integer> action) {
    for (ClusterMember other : stage.cluster().members()) {
      if (other.nodeId() != nodeId) {
        action.accept(nodeId, other.nodeId());
      }
    }
  }

  private static int leaderOrAny(Stage stage) {
    return stage.random().nextInt(4) == 0
        ? stage.cluster().any(stage.random()).nodeId()
        : stage.cluster().awaitLeader(stage.anyShard());
  }

  private static void holdAndHeal(Stage stage) {
    stage.pause(1_000, 6_000);
    stage.cluster().wires().heal();
  }

  /** Nothing passes between a node, mostly a leader, and all others; nobody is told. */
  static final class Isolation implements Nemesis {
    @Override
    public void strike(Stage stage) {
      int nodeId = leaderOrAny(stage);
      Wires wires = stage.cluster().wires();
      stage.tell(String.format("node %d alone", nodeId));
      forOthers(
          stage,
          nodeId,
          (a, b) -> {
            wires.drop(a, b);
            wires.drop(b, a);
          });
      holdAndHeal(stage);
    }
  }

  /** A node hears all others and none of them hears it, or the other way round. */
  static final class OneWay implements Nemesis {
    @Override
    public void strike(Stage stage) {
      int nodeId = leaderOrAny(stage);
      boolean mute = stage.random().nextBoolean();
      Wires wires = stage.cluster().wires();
      stage.tell(String.format("node %d %s", nodeId, mute ? "mute" : "deaf"));
      forOthers(
          stage,
          nodeId,
          (a, b) -> {
            if (mute) {
              wires.drop(a, b);
            } else {
              wires.drop(b, a);
            }
          });
      holdAndHeal(stage);
    }
  }

  /** Two nodes do not reach each other, all others reach both. */
  static final class Pair implements Nemesis {
    @Override
    public void strike(Stage stage) {
      int shard = stage.anyShard();
      int one = stage.cluster().awaitLeader(shard);
      int other = stage.follower(shard);
      if (one == other) {
        return; // another leads by now
      }
      stage.tell(String.format("nodes %d and %d apart", one, other));
      stage.cluster().wires().drop(one, other);
      stage.cluster().wires().drop(other, one);
      holdAndHeal(stage);
    }
  }

  /** Connections break and cannot be made. */
  static final class Cut implements Nemesis {
    @Override
    public void strike(Stage stage) {
      int nodeId = leaderOrAny(stage);
      stage.tell(String.format("node %d cut off", nodeId));
      forOthers(stage, nodeId, stage.cluster().wires()::cut);
      holdAndHeal(stage);
    }
  }

  /** What passes between two nodes takes long. */
  static final class Delay implements Nemesis {
    @Override
    public void strike(Stage stage) {
      int nodeId = leaderOrAny(stage);
      int millis = 20 + stage.random().nextInt(400);
      Wires wires = stage.cluster().wires();
      stage.tell(String.format("node %d %d ms away", nodeId, millis));
      forOthers(
          stage,
          nodeId,
          (a, b) -> {
            wires.delay(a, b, millis);
            wires.delay(b, a, millis);
          });
      holdAndHeal(stage);
    }
  }
}
