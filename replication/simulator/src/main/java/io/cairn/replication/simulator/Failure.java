package io.cairn.replication.simulator;

/** Something was seen that must not be. */
final class Failure extends AssertionError {
  private static final long serialVersionUID = 1L;

  Failure(String message) {
    super(message);
  }

  static void require(boolean holds, String what, long... values) {
    if (!holds) {
      StringBuilder text = new StringBuilder(what);
      for (long value : values) {
        text.append(", ").append(value);
      }
      throw new Failure(text.toString());
    }
  }
}
