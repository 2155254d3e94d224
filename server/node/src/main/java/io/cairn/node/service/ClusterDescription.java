package io.cairn.node.service;

import io.cairn.node.shard.Shards;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.IsrMember;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.replication.core.metadata.PendingMembership;
import io.cairn.replication.core.metadata.ShardMetadata;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.Limits;
import io.cairn.v1.NodeDescription;
import io.cairn.v1.ResponseHeader;
import io.cairn.v1.ShardDescription;
import java.util.List;

/** What is agreed, as clients are told. */
final class ClusterDescription {

  private ClusterDescription() {}

  static DescribeResponse of(
      ClusterMetadata metadata,
      int controller,
      ResponseHeader header,
      Limits limits,
      Shards shards) {
    DescribeResponse.Builder response =
        DescribeResponse.newBuilder()
            .setHeader(header)
            .setVersion(metadata.version())
            .setMinInsyncReplicas(metadata.minInsyncReplicas())
            .setReadLeaseMillis(metadata.readLease().millis())
            .setController(controller)
            .setLimits(limits);
    for (NodeMetadata node : metadata.nodes().values()) {
      response.addNodes(node(node));
    }
    for (ShardMetadata shard : metadata.shards().values()) {
      response.addShards(
          shard(shard)
              .setHighWatermark(
                  shard.shard() < shards.count()
                      ? shards.all().get(shard.shard()).status().highWatermark()
                      : 0));
    }
    return response.build();
  }

  private static NodeDescription node(NodeMetadata node) {
    List<String> endpoints = node.endpoints();
    return NodeDescription.newBuilder()
        .setNodeId(node.nodeId())
        .setPeerAddress(endpoints.isEmpty() ? "" : endpoints.get(0))
        .setClientAddress(endpoints.size() < 2 ? "" : endpoints.get(1))
        .setAlive(node.alive())
        .setStoreId(
            String.format(
                "%016x%016x",
                node.storeId().getMostSignificantBits(), node.storeId().getLeastSignificantBits()))
        .setIncarnation(node.incarnation())
        .build();
  }

  private static ShardDescription.Builder shard(ShardMetadata shard) {
    PendingMembership pending = shard.pending();
    return ShardDescription.newBuilder()
        .setShard(shard.shard())
        .setLeader(shard.leader())
        .setEpoch(shard.epoch())
        .addAllReplicas(shard.replicas())
        .addAllInSyncReplicas(shard.isr().stream().map(IsrMember::nodeId).toList())
        .setAdding(pending == null ? 0 : pending.adding())
        .setRemoving(pending == null ? 0 : pending.removing())
        .setVersion(shard.version());
  }
}
