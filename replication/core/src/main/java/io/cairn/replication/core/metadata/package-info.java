/**
 * The rules of the cluster metadata: which node holds which shard, who leads it and who is in sync.
 * Pure values and functions; what orders and persists the changes lies elsewhere. The rules are
 * told in docs/cluster-protocol.md.
 */
@NullMarked
package io.cairn.replication.core.metadata;

import org.jspecify.annotations.NullMarked;
