package io.cairn.replication.core;

import io.cairn.replication.core.metadata.ProcessId;

/** What the roles of a replica share. */
record ReplicaContext(
    ProcessId self,
    int shard,
    ReplicaOptions options,
    ReplicaStatus status,
    LogState log,
    CutOffWrites cutOff,
    LeasePromises promises) {}
