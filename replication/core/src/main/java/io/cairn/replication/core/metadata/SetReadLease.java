package io.cairn.replication.core.metadata;

import io.cairn.replication.core.metadata.ChangeResult.Applied;
import io.cairn.replication.core.metadata.ChangeResult.Refusal;

/**
 * For how long leaders may answer STRONG reads without asking, in every shard; 0 for not at all.
 */
public record SetReadLease(int millis) implements MetadataChange {
  @Override
  public ChangeResult applyTo(ClusterMetadata before) {
    return millis < 0 || millis > ReadLease.MAX_MILLIS
        ? ClusterMetadata.refused(
            Refusal.INVALID, "a read lease is 0 (none) to " + ReadLease.MAX_MILLIS + " ms")
        : new Applied(before.withReadLease(before.readLease().of(millis)));
  }
}
