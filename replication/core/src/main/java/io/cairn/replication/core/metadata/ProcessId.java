package io.cairn.replication.core.metadata;

import java.util.UUID;

/**
 * One process of a node: what a message, an acknowledgement or a registration comes from.
 *
 * @param incarnation which start on that store
 */
public record ProcessId(int nodeId, UUID storeId, long incarnation) {

  /** The place in an ISR that this process can hold. */
  public IsrMember member() {
    return new IsrMember(nodeId, storeId);
  }

  @Override
  public String toString() {
    return "node " + nodeId + " (start " + incarnation + ")";
  }
}
