package io.cairn.replication.core.metadata;

/**
 * A change of the cluster metadata: a value that can be ordered and persisted, and the rule that
 * applies it. The same changes in the same order give the same metadata on every node.
 */
public sealed interface MetadataChange
    permits NodeChange, IsrChange, ReplicaChange, SetMinInsyncReplicas, SetReadLease {

  /** Called by {@link ClusterMetadata#apply} alone, which checks what comes of it. */
  ChangeResult applyTo(ClusterMetadata before);
}
