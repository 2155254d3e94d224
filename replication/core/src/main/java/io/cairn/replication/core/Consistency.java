package io.cairn.replication.core;

/** When a write is confirmed, and what a read may miss. */
public enum Consistency {
  /** A write: on disk on every in-sync replica, committed and applied. A read: linearizable. */
  STRONG,
  /**
   * A write: on the leader's disk. A read: what the node that is asked has, in its log or its
   * store.
   */
  EVENTUAL
}
