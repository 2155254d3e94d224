package io.cairn.replication.metadata;

import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.MetadataChange;
import io.cairn.replication.core.metadata.NodeChange;
import io.cairn.replication.core.metadata.SetMinInsyncReplicas;
import java.util.List;
import java.util.UUID;

/** Changes that tests propose. */
final class Changes {
  private Changes() {}

  static MetadataChange register(int nodeId, ClusterMetadata seen) {
    return new NodeChange.Register(
        nodeId, new UUID(0, nodeId), 1, List.of("n" + nodeId + ":7401"), seen.version());
  }

  static MetadataChange minInsyncReplicas(int replicas) {
    return new SetMinInsyncReplicas(replicas);
  }
}
