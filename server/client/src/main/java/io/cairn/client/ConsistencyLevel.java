package io.cairn.client;

/** How much a write or a read promises. Calls that name no level are {@link #STRONG}. */
public enum ConsistencyLevel {
  /**
   * A write is confirmed when every in-sync replica has it on disk and it is committed; from then
   * on a read on any in-sync node returns it. A read is linearizable.
   */
  STRONG,
  /**
   * A write is confirmed when the leader has it on disk; followers get it behind. A read is
   * answered by whichever node is asked, from what that node has.
   */
  EVENTUAL
}
