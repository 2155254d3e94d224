package io.cairn.replication.simulator;

import io.cairn.replication.core.metadata.ChangeResult;
import io.cairn.replication.core.metadata.IsrChange.ForceLeader;
import io.cairn.replication.core.metadata.IsrChange.Transfer;
import io.cairn.replication.core.metadata.MetadataChange;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.replication.core.metadata.ReadLease;
import io.cairn.replication.core.metadata.ReplicaChange.AddReplica;
import io.cairn.replication.core.metadata.ReplicaChange.CancelAdd;
import io.cairn.replication.core.metadata.ReplicaChange.CreateShard;
import io.cairn.replication.core.metadata.ReplicaChange.RemoveReplica;
import io.cairn.replication.core.metadata.SetMinInsyncReplicas;
import io.cairn.replication.core.metadata.SetReadLease;
import io.cairn.replication.core.metadata.ShardMetadata;
import java.util.ArrayList;
import java.util.List;

/** Makes the shard, and changes its replicas, its leader and what a STRONG write needs. */
final class Operator {
  private final Simulation simulation;
  private final World world;
  private final Chance chance;

  Operator(Simulation simulation, World world) {
    this.simulation = simulation;
    this.world = world;
    chance = simulation.chance;
  }

  boolean maybeCreateShard() {
    List<Integer> replicas = new ArrayList<>();
    for (int id = 1; id <= world.replicas(); id++) {
      replicas.add(id);
    }
    CreateShard change = new CreateShard(Simulation.SHARD, replicas, 0);
    if (simulation.authority.apply(change) instanceof ChangeResult.Applied) {
      simulation.authority.apply(new SetMinInsyncReplicas(world.minInsyncReplicas()));
      simulation.authority.apply(new SetReadLease(world.readLeaseMillis()));
      return true;
    }
    return false;
  }

  void start() {
    if (world.givesUp()) {
      simulation.schedule(chance.between(100_000, 1_000_000), this::maybeForce);
    }
    if (world.operatorMicros() > 0) {
      simulation.schedule(chance.between(1, world.operatorMicros()), this::act);
    }
  }

  private void act() {
    ShardMetadata shard = simulation.shardOrNull();
    if (simulation.isLiveness() || shard == null) {
      return;
    }
    MetadataChange change = change(shard);
    simulation.log(() -> "operator: " + change);
    simulation.counts.operatorChanges++;
    simulation.network.deliver(() -> simulation.authority.onProposal(change, result -> {}));
    if (world.readLeaseMillis() > 0 && change instanceof SetMinInsyncReplicas set) {
      int millis = Math.min(set.replicas() * world.readLeaseMillis() / 2, ReadLease.MAX_MILLIS);
      SetReadLease lease = new SetReadLease(millis);
      simulation.network.deliver(() -> simulation.authority.onProposal(lease, result -> {}));
    }
    start();
  }

  /** When nobody else can lead: the rules see to that. */
  private void maybeForce() {
    simulation.schedule(chance.between(100_000, 1_000_000), this::maybeForce);
    ShardMetadata shard = simulation.shardOrNull();
    if (shard != null && !shard.hasLeader()) {
      simulation.authority.onProposal(
          new ForceLeader(shard.shard(), shard.epoch(), chance.pick(shard.replicas())),
          result -> {});
    }
  }

  private MetadataChange change(ShardMetadata shard) {
    int any = chance.between(1, world.nodes());
    int replica = chance.pick(shard.replicas());
    int what = chance.between(1, 100);
    if (what <= 60 || (what > 75 && world.spares() == 0)) {
      return new Transfer(shard.shard(), shard.epoch(), chance.pick(shard.isr()).nodeId());
    } else if (what <= 75) {
      return new SetMinInsyncReplicas(chance.between(0, world.replicas()));
    } else if (shard.pending() != null) {
      return chance.coin()
          ? new CancelAdd(shard.shard())
          : new SetMinInsyncReplicas(chance.between(0, 1));
    } else if (shard.replicas().size() >= world.replicas()
        && (shard.replicas().contains(any) || chance.coin())) {
      return new RemoveReplica(shard.shard(), replica);
    }
    int removing = chance.coin() ? replica : NodeMetadata.NONE;
    return new AddReplica(shard.shard(), any, removing);
  }

  /**
   * What it began last stays as it is; only what could stand in the way of an end is taken back.
   */
  void endFaults() {
    ShardMetadata shard = simulation.shardOrNull();
    simulation.authority.apply(new SetMinInsyncReplicas(0));
    if (shard != null && shard.pending() != null && chance.coin()) {
      simulation.authority.apply(new CancelAdd(shard.shard()));
    }
  }
}
