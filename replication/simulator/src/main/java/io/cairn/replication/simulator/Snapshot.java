package io.cairn.replication.simulator;

import io.cairn.replication.simulator.SimulatedStore.Versioned;
import java.util.Map;

/**
 * A copy of a store, and where a log goes on behind it.
 *
 * @param offset that was applied
 * @param previousCrc of the record before it
 * @param previousEpoch of the record before it
 */
record Snapshot(Map<String, Versioned> entries, long offset, int previousCrc, long previousEpoch) {}
