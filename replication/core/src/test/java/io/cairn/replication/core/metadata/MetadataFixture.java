package io.cairn.replication.core.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.replication.core.Invariant;
import io.cairn.replication.core.metadata.ChangeResult.Applied;
import io.cairn.replication.core.metadata.ChangeResult.Refusal;
import io.cairn.replication.core.metadata.ChangeResult.Refused;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** The metadata of a small cluster, changed in few words. */
final class MetadataFixture {
  static final int SHARD = 0;
  ClusterMetadata metadata = ClusterMetadata.empty();

  /** Nodes 1 to n, alive, each on the disk of its own number. */
  static MetadataFixture ofNodes(int count) {
    MetadataFixture fixture = new MetadataFixture();
    for (int nodeId = 1; nodeId <= count; nodeId++) {
      fixture.start(nodeId, nodeId, 1);
    }
    return fixture;
  }

  /** The same with one shard on nodes 1, 2 and 3, led by 1 in epoch 1. */
  static MetadataFixture ofNodesWithShard(int count) {
    MetadataFixture fixture = ofNodes(count);
    fixture.apply(new ReplicaChange.CreateShard(SHARD, List.of(1, 2, 3), 0));
    return fixture;
  }

  static UUID disk(long number) {
    return new UUID(0, number);
  }

  ShardMetadata shard() {
    return shard(SHARD);
  }

  ShardMetadata shard(int number) {
    return Invariant.checkPresent(metadata.shards().get(number), "a shard");
  }

  static NodeMetadata node(ClusterMetadata metadata, int nodeId) {
    return Invariant.checkPresent(metadata.nodes().get(nodeId), "a node");
  }

  List<Integer> isr() {
    return shard().isr().stream().map(IsrMember::nodeId).toList();
  }

  void apply(MetadataChange change) {
    ChangeResult result = metadata.apply(change);
    assertThat(result).isInstanceOf(Applied.class);
    metadata = ((Applied) result).metadata();
  }

  void refuse(MetadataChange change, Refusal refusal) {
    ChangeResult result = metadata.apply(change);
    assertThat(result).isInstanceOf(Refused.class);
    assertThat(((Refused) result).refusal()).isEqualTo(refusal);
  }

  NodeChange.Register register(int nodeId, long disk, long incarnation) {
    return new NodeChange.Register(
        nodeId, disk(disk), incarnation, List.of("n" + nodeId + ":7401"), metadata.version());
  }

  void start(int nodeId, long disk, long incarnation) {
    apply(register(nodeId, disk, incarnation));
    ready(nodeId);
  }

  void ready(int nodeId, LogEnd... ends) {
    NodeMetadata node = node(metadata, nodeId);
    apply(new NodeChange.Ready(nodeId, node.storeId(), node.incarnation(), List.of(ends)));
  }

  void fail(int nodeId, LogEnd... ends) {
    NodeMetadata node = node(metadata, nodeId);
    apply(new NodeChange.Failed(nodeId, node.storeId(), node.incarnation(), List.of(ends)));
  }

  /** By the leader of this moment, with processes of this moment. */
  IsrChange.AlterIsr alterIsr(Integer... nodeIds) {
    List<ProcessId> isr =
        Arrays.stream(nodeIds)
            .map(nodeId -> node(metadata, nodeId))
            .map(node -> new ProcessId(node.nodeId(), node.storeId(), node.incarnation()))
            .toList();
    ShardMetadata shard = shard();
    return new IsrChange.AlterIsr(SHARD, shard.leader(), shard.epoch(), shard.version(), isr);
  }
}
