package io.cairn.replication.core.metadata;

import java.util.UUID;

/**
 * A member of a shard's in-sync replicas: a node and the disk on which it has the log. A node that
 * comes with another disk is not the member; when the disk comes back, it is again.
 */
public record IsrMember(int nodeId, UUID storeId) {}
