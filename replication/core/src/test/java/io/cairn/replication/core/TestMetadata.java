package io.cairn.replication.core;

import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.IsrMember;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.replication.core.metadata.ProcessId;
import io.cairn.replication.core.metadata.ReadLease;
import io.cairn.replication.core.metadata.ShardMetadata;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** Metadata of one shard, as its quorum would have agreed on it. */
public final class TestMetadata {

  private TestMetadata() {}

  /** The first start of a node on its first disk. */
  public static ProcessId process(int nodeId) {
    return new ProcessId(nodeId, new UUID(0, nodeId), 1);
  }

  /** A shard with number 0 whose only replica leads it. */
  public static ClusterMetadata alone(ProcessId process, long epoch) {
    return of(epoch, epoch, process.nodeId(), List.of(process), List.of(process));
  }

  /** A shard with number 0; all of its replicas live. */
  public static ClusterMetadata of(
      long version, long epoch, int leader, List<ProcessId> replicas, List<ProcessId> isr) {
    TreeMap<Integer, NodeMetadata> nodes = new TreeMap<>();
    for (ProcessId process : replicas) {
      nodes.put(
          process.nodeId(),
          new NodeMetadata(
              process.nodeId(),
              process.storeId(),
              process.incarnation(),
              List.of("localhost:" + process.nodeId()),
              true,
              1));
    }
    List<IsrMember> members = isr.stream().map(ProcessId::member).toList();
    TreeMap<Integer, ShardMetadata> shards = new TreeMap<>();
    shards.put(
        0,
        new ShardMetadata(
            0,
            replicas.stream().map(ProcessId::nodeId).toList(),
            null,
            leader,
            epoch,
            members,
            0,
            version));
    return new ClusterMetadata(version, 0, nodes, shards, new TreeSet<>(), ReadLease.NONE);
  }
}
