/**
 * A shard's replica with its log, store and clients in one thread and in virtual time, under faults
 * that all come from one seed: the same seed gives the same run, byte for byte. Never shipped.
 */
@NullMarked
package io.cairn.replication.simulator;

import org.jspecify.annotations.NullMarked;
