package io.cairn.replication.core.metadata;

import io.cairn.replication.core.Invariant;
import java.util.List;
import java.util.UUID;

/**
 * What the cluster knows of a node.
 *
 * @param nodeId at least 1, chosen by the operator
 * @param storeId of the data directory that the node runs on: a wiped or swapped disk has another
 * @param incarnation which start on this data directory: counted there, and forced to its disk
 *     before the node registers. So a restored copy shows itself when the node has started again
 *     since the copy was taken; one that was taken in the latest incarnation counts on to the same
 *     next number as the original would have, and nobody can tell them apart.
 * @param endpoints where it is reached, peers first
 * @param alive whether it may be elected and may enter an ISR; false from registration until it is
 *     ready, and while it is taken to have failed
 * @param registeredAtVersion version of the cluster metadata that its registration made
 */
public record NodeMetadata(
    int nodeId,
    UUID storeId,
    long incarnation,
    List<String> endpoints,
    boolean alive,
    long registeredAtVersion) {

  /** In place of a node id: nobody. */
  public static final int NONE = 0;

  public NodeMetadata {
    endpoints = List.copyOf(endpoints);
    Invariant.check(nodeId > NONE, "a node id is at least 1", nodeId);
    Invariant.check(incarnation > 0, "an incarnation is at least 1", incarnation);
  }

  /** Its newest process. */
  public ProcessId process() {
    return new ProcessId(nodeId, storeId, incarnation);
  }

  NodeMetadata withAlive(boolean value) {
    return new NodeMetadata(nodeId, storeId, incarnation, endpoints, value, registeredAtVersion);
  }

  /** Whether this is the disk on which the member of the ISR has its log. */
  boolean holds(IsrMember member) {
    return nodeId == member.nodeId() && storeId.equals(member.storeId());
  }
}
