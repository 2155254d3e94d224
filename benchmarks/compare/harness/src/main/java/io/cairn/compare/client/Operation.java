package io.cairn.compare.client;

/** What a store is asked for. Each target says what it does for it. */
public enum Operation {
  /** On the disks of all nodes, or of a majority where the store knows no more, when it returns. */
  STRONG_PUT,
  /** On the disk of the node that was asked when it returns. */
  EVENTUAL_PUT,
  /** Linearizable. */
  STRONG_GET,
  /** What a node has, perhaps not the newest. */
  EVENTUAL_GET
}
