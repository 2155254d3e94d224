package io.cairn.replication.core.metadata;

import io.cairn.replication.core.metadata.ChangeResult.Applied;
import io.cairn.replication.core.metadata.ChangeResult.Refusal;

/** How many in-sync replicas a STRONG write needs, in every shard; 0 for a majority. */
public record SetMinInsyncReplicas(int replicas) implements MetadataChange {
  @Override
  public ChangeResult applyTo(ClusterMetadata before) {
    return replicas < 0
        ? ClusterMetadata.refused(Refusal.INVALID, "min.insync.replicas is 0 (a majority) or more")
        : new Applied(
            new ClusterMetadata(
                before.version(),
                replicas,
                before.nodes(),
                before.shards(),
                before.forgotten(),
                before.readLease()));
  }
}
