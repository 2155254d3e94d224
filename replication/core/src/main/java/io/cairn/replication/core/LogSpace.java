package io.cairn.replication.core;

/** How much room the log has. */
public enum LogSpace {
  AVAILABLE,
  /** Below the reserve: puts are refused, deletes go on. */
  DELETES_ONLY,
  /** The reserve is used up as well: nothing is accepted until space returns. */
  EXHAUSTED
}
