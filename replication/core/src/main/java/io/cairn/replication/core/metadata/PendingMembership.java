package io.cairn.replication.core.metadata;

import io.cairn.replication.core.Invariant;

/**
 * A change of a shard's replicas that waits until the new one, a learner until then, is in sync.
 *
 * @param adding the learner
 * @param removing the replica whose place it takes, or {@link NodeMetadata#NONE}
 */
public record PendingMembership(int adding, int removing) {
  public PendingMembership {
    Invariant.check(adding > NodeMetadata.NONE && adding != removing, "adds a node", adding);
  }
}
