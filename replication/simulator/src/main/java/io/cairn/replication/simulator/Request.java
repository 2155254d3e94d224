package io.cairn.replication.simulator;

import io.cairn.replication.core.Consistency;
import io.cairn.replication.core.Proposal;
import io.cairn.replication.core.WriteResult;
import io.cairn.replication.simulator.SimulatedStore.Versioned;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message from a client to a node.
 *
 * @param number of the request, to match the answer and for the transcript
 * @param proposal null for a read
 * @param key that is read; null reads everything, when {@link #proposal} is null too
 */
record Request(
    SimulatedClient client,
    long number,
    @Nullable Proposal proposal,
    @Nullable String key,
    Consistency consistency) {

  /**
   * The node's answer.
   *
   * @param result of a write, or why a read failed; null when a read succeeded
   * @param seenOffset that the node tells
   * @param leader that it knows of
   * @param disk that the node runs on: what it had on another, it does not have on this one
   * @param epoch that it was in
   * @param values that a read found
   */
  record Answer(
      long number,
      @Nullable WriteResult result,
      long seenOffset,
      int leader,
      int node,
      int disk,
      long epoch,
      @Nullable Map<String, Versioned> values) {}
}
