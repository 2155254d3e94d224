package io.cairn.replication.core;

import org.jspecify.annotations.Nullable;

/**
 * The always-on assertions of the protocol. A violation is a bug of Cairn, never of its caller or
 * its environment: it is not caught, and the node that sees it stops before it acknowledges
 * anything more.
 */
public final class Invariant {

  private Invariant() {}

  /** Thrown when an invariant does not hold; stops the node. */
  public static final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;

    Violation(String message) {
      super(message);
    }
  }

  public static void check(boolean holds, String invariant) {
    if (!holds) {
      throw new Violation(invariant);
    }
  }

  /** Checks with two values in the message; allocates nothing when the condition holds. */
  public static void check(boolean holds, String invariant, long a, long b) {
    if (!holds) {
      throw new Violation(invariant + ": " + a + ", " + b);
    }
  }

  public static void check(boolean holds, String invariant, long a) {
    if (!holds) {
      throw new Violation(invariant + ": " + a);
    }
  }

  public static void check(boolean holds, String invariant, Object a, Object b) {
    if (!holds) {
      throw new Violation(invariant + ": " + a + ", " + b);
    }
  }

  public static <T> T checkPresent(@Nullable T value, String invariant) {
    if (value == null) {
      throw new Violation(invariant);
    }
    return value;
  }
}
