package io.cairn.reliability;

import io.cairn.v1.AddReplicas;
import io.cairn.v1.ChangeRequest;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.RemoveNode;
import io.cairn.v1.RemoveReplicas;
import io.cairn.v1.SetReadLease;
import io.cairn.v1.TransferLeadership;
import io.grpc.StatusRuntimeException;

/** What an operator does, at any time. */
final class OperatorNemeses {
  private OperatorNemeses() {}

  /** Another node is to lead the shard, unless it is just then not possible. */
  static void transfer(Stage stage, int shard) {
    ChangeRequest request =
        ChangeRequest.newBuilder()
            .setTransfer(TransferLeadership.newBuilder().addShards(shard))
            .build();
    try {
      stage.cluster().change(request);
      stage.tell("transfer of shard " + shard);
    } catch (StatusRuntimeException refused) {
      stage.tell(
          "no transfer of shard " + shard + " (" + refused.getStatus().getDescription() + ")");
    }
  }

  /** Other nodes are to lead. */
  static final class Transfer implements Nemesis {
    @Override
    public void strike(Stage stage) {
      for (int i = 0; i < 3; i++) {
        transfer(stage, stage.anyShard());
        stage.pause(100, 1_000);
      }
    }
  }

  /** Leaders read by a lease, by another one, or by none. */
  static final class Lease implements Nemesis {
    @Override
    public void strike(Stage stage) {
      int millis = 200 * stage.random().nextInt(4);
      ChangeRequest request =
          ChangeRequest.newBuilder()
              .setSetReadLease(SetReadLease.newBuilder().setMillis(millis))
              .build();
      try {
        stage.cluster().change(request);
        stage.tell("a read lease of " + millis + " ms");
      } catch (StatusRuntimeException refused) {
        stage.tell("no other read lease (" + refused.getStatus().getDescription() + ")");
      }
    }
  }

  /** A node is added, holds all shards, and is removed; in between a leader may be killed. */
  static final class Membership implements Nemesis {
    @Override
    public boolean needsAll() {
      return true;
    }

    @Override
    public void strike(Stage stage) throws Exception {
      FaultyCluster cluster = stage.cluster();
      ClusterMember spare = cluster.spare();
      stage.tell(String.format("node %d is added", spare.nodeId()));
      spare.start();
      cluster.await(
          "node " + spare.nodeId() + " alive",
          60,
          () -> FaultyCluster.isAlive(cluster.view(), spare.nodeId()));
      change(
          cluster,
          ChangeRequest.newBuilder()
              .setAddReplicas(AddReplicas.newBuilder().setNodeId(spare.nodeId()))
              .build());
      if (stage.random().nextBoolean()) {
        stage.pause(0, 500);
        new KillNemeses.Leader().strike(stage);
      }
      cluster.await(
          "node " + spare.nodeId() + " in sync", 90, () -> holds(cluster.view(), spare, true));
      stage.pause(0, 2_000);
      stage.tell("and removed");
      cluster.awaitInSync(60);
      change(
          cluster,
          ChangeRequest.newBuilder()
              .setRemoveReplicas(RemoveReplicas.newBuilder().setNodeId(spare.nodeId()))
              .build());
      cluster.await(
          "node " + spare.nodeId() + " without shards",
          60,
          () -> holds(cluster.view(), spare, false));
      spare.stop();
      change(
          cluster,
          ChangeRequest.newBuilder()
              .setRemoveNode(RemoveNode.newBuilder().setNodeId(spare.nodeId()))
              .build());
      spare.checkLog();
      spare.wipe();
    }

    /** It may have been carried out without an answer: then the next is refused. */
    private static void change(FaultyCluster cluster, ChangeRequest request) {
      StatusRuntimeException[] last = new StatusRuntimeException[1];
      try {
        cluster.await(
            "change",
            30,
            () -> {
              try {
                cluster.change(request);
                return true;
              } catch (StatusRuntimeException refused) {
                last[0] = refused;
                return String.valueOf(refused.getStatus().getDescription())
                    .contains("nothing to change");
              }
            });
      } catch (FaultyCluster.NotInTimeException never) {
        throw new FaultyCluster.NotInTimeException(request + " " + last[0]);
      }
    }

    private static boolean holds(DescribeResponse view, ClusterMember spare, boolean all) {
      return view.getShardsList().stream()
          .allMatch(shard -> shard.getInSyncReplicasList().contains(spare.nodeId()) == all);
    }
  }
}
