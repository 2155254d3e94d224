package io.cairn.replication.simulator;

import io.cairn.replication.core.Effect;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.PeerMessage;
import io.cairn.replication.core.ReplicaOptions;
import io.cairn.replication.core.ReplicaStatus.Role;
import io.cairn.replication.core.Start;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.IsrChange.AlterIsr;
import io.cairn.replication.core.metadata.IsrMember;
import io.cairn.replication.core.metadata.ProcessId;
import io.cairn.replication.core.metadata.ShardMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One that knows the metadata and can make its replica believe another one. */
class ProposingMachine extends MutantMachine {
  private final ProcessId self;
  @Nullable ClusterMetadata metadata;

  ProposingMachine(ProcessId self, ReplicaOptions options, Start start) {
    super(self, options, start);
    this.self = self;
  }

  @Override
  public void step(Input input, Consumer<Effect> effects) {
    if (input instanceof Input.MetadataChanged changed) {
      metadata = changed.metadata();
    }
    super.step(input, effects);
    if (input instanceof Input.Received received
        && received.message() instanceof PeerMessage.Ack ack
        && ack.epoch() == status().epoch()
        && leads()) {
      onAck(received.from(), ack, effects);
    }
  }

  boolean leads() {
    return status().role() == Role.LEADER || status().role() == Role.OPENING_EPOCH;
  }

  void onAck(ProcessId from, PeerMessage.Ack ack, Consumer<Effect> effects) {}

  private @Nullable ShardMetadata shardOrNull() {
    return metadata == null ? null : metadata.shards().get(Simulation.SHARD);
  }

  /** Proposes the agreed ISR with one more. */
  void proposeAlso(ProcessId added, Consumer<Effect> effects) {
    ShardMetadata shard = shardOrNull();
    if (shard == null || metadata == null || shard.epoch() != status().epoch()) {
      return;
    }
    List<ProcessId> isr = new ArrayList<>();
    for (IsrMember member : shard.isr()) {
      isr.add(ClusterBug.node(metadata, member.nodeId()).process());
    }
    isr.add(added);
    effects.accept(
        new Effect.ProposeIsr(
            new AlterIsr(Simulation.SHARD, self.nodeId(), shard.epoch(), shard.version(), isr)));
  }

  /** Makes the replica believe that this ISR is agreed, as the version after the present one. */
  void pretend(List<IsrMember> isr, Consumer<Effect> effects) {
    ShardMetadata shard = shardOrNull();
    if (shard == null || metadata == null || shard.epoch() != status().epoch()) {
      return;
    }
    ShardMetadata other =
        new ShardMetadata(
            shard.shard(),
            shard.replicas(),
            shard.pending(),
            shard.leader(),
            shard.epoch(),
            isr,
            shard.forcedEpoch(),
            shard.version() + 1);
    TreeMap<Integer, ShardMetadata> shards = new TreeMap<>(metadata.shards());
    shards.put(Simulation.SHARD, other);
    super.step(
        new Input.MetadataChanged(
            new ClusterMetadata(
                metadata.version(),
                metadata.minInsyncReplicas(),
                metadata.nodes(),
                shards,
                metadata.forgotten(),
                metadata.readLease()),
            0),
        effects);
  }

  List<IsrMember> agreedIsr() {
    ShardMetadata shard = shardOrNull();
    return shard == null ? List.of() : shard.isr();
  }
}
