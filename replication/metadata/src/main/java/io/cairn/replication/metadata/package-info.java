/**
 * What orders and persists the changes of the cluster metadata: a quorum that agrees through Apache
 * Ratis, a node alone, and a node that only learns. The rules are those of {@code
 * replication/core}.
 */
@NullMarked
package io.cairn.replication.metadata;

import org.jspecify.annotations.NullMarked;
