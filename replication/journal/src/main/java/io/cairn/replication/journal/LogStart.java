package io.cairn.replication.journal;

/**
 * Where a log begins.
 *
 * @param offset first offset kept
 * @param previousCrc CRC of the record before it, 0 when there is none
 * @param previousEpoch epoch of the record before it, 0 when there is none
 */
record LogStart(long offset, int previousCrc, long previousEpoch) {
  /** Of a log that has lost nothing. */
  static final LogStart ORIGIN = new LogStart(0, 0, 0);

  /**
   * @throws IllegalArgumentException when no log can begin so
   */
  void check() {
    boolean possible = offset == 0 ? equals(ORIGIN) : offset > 0 && previousEpoch >= 1;
    if (!possible) {
      throw new IllegalArgumentException("a log cannot begin like this: " + this);
    }
  }
}
