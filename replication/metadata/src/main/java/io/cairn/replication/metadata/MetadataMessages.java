package io.cairn.replication.metadata;

import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.IsrMember;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.replication.core.metadata.PendingMembership;
import io.cairn.replication.core.metadata.ReadLease;
import io.cairn.replication.core.metadata.ShardMetadata;
import io.cairn.replication.metadata.v1.Metadata;
import io.cairn.replication.metadata.v1.Node;
import io.cairn.replication.metadata.v1.Process;
import io.cairn.replication.metadata.v1.Shard;
import io.cairn.replication.metadata.v1.StoreId;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** {@link ClusterMetadata} and its message. */
final class MetadataMessages {
  private MetadataMessages() {}

  static Metadata toMessage(ClusterMetadata metadata) {
    Metadata.Builder message =
        Metadata.newBuilder()
            .setVersion(metadata.version())
            .setMinInsyncReplicas(metadata.minInsyncReplicas())
            .setReadLeaseMillis(metadata.readLease().millis())
            .setLongestReadLeaseMillis(metadata.readLease().longestMillis());
    metadata.nodes().values().forEach(node -> message.addNodes(toMessage(node)));
    metadata.shards().values().forEach(shard -> message.addShards(toMessage(shard)));
    message.addAllForgotten(metadata.forgotten());
    return message.build();
  }

  static ClusterMetadata fromMessage(Metadata message) {
    SortedMap<Integer, NodeMetadata> nodes = new TreeMap<>();
    message.getNodesList().forEach(node -> nodes.put(node.getProcess().getNodeId(), node(node)));
    SortedMap<Integer, ShardMetadata> shards = new TreeMap<>();
    message.getShardsList().forEach(shard -> shards.put(shard.getShard(), shard(shard)));
    return new ClusterMetadata(
        message.getVersion(),
        message.getMinInsyncReplicas(),
        nodes,
        shards,
        new TreeSet<>(message.getForgottenList()),
        new ReadLease(message.getReadLeaseMillis(), message.getLongestReadLeaseMillis()));
  }

  private static Node toMessage(NodeMetadata node) {
    return Node.newBuilder()
        .setProcess(process(node.nodeId(), node.storeId(), node.incarnation()))
        .addAllEndpoints(node.endpoints())
        .setAlive(node.alive())
        .setRegisteredAtVersion(node.registeredAtVersion())
        .build();
  }

  private static NodeMetadata node(Node message) {
    Process process = message.getProcess();
    return new NodeMetadata(
        process.getNodeId(),
        storeId(process.getStoreId()),
        process.getIncarnation(),
        message.getEndpointsList(),
        message.getAlive(),
        message.getRegisteredAtVersion());
  }

  private static Shard toMessage(ShardMetadata shard) {
    Shard.Builder message =
        Shard.newBuilder()
            .setShard(shard.shard())
            .addAllReplicas(shard.replicas())
            .setLeader(shard.leader())
            .setEpoch(shard.epoch())
            .setForcedEpoch(shard.forcedEpoch())
            .setVersion(shard.version());
    PendingMembership pending = shard.pending();
    if (pending != null) {
      message.getPendingBuilder().setAdding(pending.adding()).setRemoving(pending.removing());
    }
    for (IsrMember member : shard.isr()) {
      message.addIsrBuilder().setNodeId(member.nodeId()).setStoreId(storeId(member.storeId()));
    }
    return message.build();
  }

  private static ShardMetadata shard(Shard message) {
    return new ShardMetadata(
        message.getShard(),
        message.getReplicasList(),
        message.hasPending()
            ? new PendingMembership(
                message.getPending().getAdding(), message.getPending().getRemoving())
            : null,
        message.getLeader(),
        message.getEpoch(),
        message.getIsrList().stream()
            .map(member -> new IsrMember(member.getNodeId(), storeId(member.getStoreId())))
            .toList(),
        message.getForcedEpoch(),
        message.getVersion());
  }

  static Process process(int nodeId, UUID storeId, long incarnation) {
    return Process.newBuilder()
        .setNodeId(nodeId)
        .setStoreId(storeId(storeId))
        .setIncarnation(incarnation)
        .build();
  }

  private static StoreId storeId(UUID storeId) {
    return StoreId.newBuilder()
        .setMostSignificant(storeId.getMostSignificantBits())
        .setLeastSignificant(storeId.getLeastSignificantBits())
        .build();
  }

  static UUID storeId(StoreId message) {
    return new UUID(message.getMostSignificant(), message.getLeastSignificant());
  }
}
