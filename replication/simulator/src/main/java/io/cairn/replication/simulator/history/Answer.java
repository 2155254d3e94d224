package io.cairn.replication.simulator.history;

import org.jspecify.annotations.Nullable;

/**
 * What a client was told.
 *
 * @param value that a read returned; null for absent
 * @param succeeded false for a CAS that found another value than it expected
 * @param source who answered; null when the test does not care
 */
public record Answer(
    Outcome outcome, @Nullable String value, boolean succeeded, @Nullable Source source) {

  /** What is known of an operation after its answer. */
  public enum Outcome {
    OK,
    /** It was not applied and never will be. */
    FAILED,
    /**
     * It may take effect at any time after its invocation, or never. That is also what a STRONG
     * write is that was applied below its level.
     */
    UNKNOWN
  }

  /**
   * Where an answer comes from.
   *
   * @param epoch of the leader that the node knew
   * @param offset of a write: its own; of a read: of the write that it saw, of no meaning when the
   *     key was absent
   */
  public record Source(int node, long epoch, long offset) {}

  /** A write, delete or clear was confirmed. */
  public static Answer done() {
    return new Answer(Outcome.OK, null, true, null);
  }

  public static Answer value(@Nullable String value) {
    return new Answer(Outcome.OK, value, true, null);
  }

  /** A CAS that was answered for certain. */
  public static Answer cas(boolean succeeded) {
    return new Answer(Outcome.OK, null, succeeded, null);
  }

  public static Answer failed() {
    return new Answer(Outcome.FAILED, null, false, null);
  }

  public static Answer unknown() {
    return new Answer(Outcome.UNKNOWN, null, false, null);
  }

  public Answer from(int node, long epoch, long offset) {
    return new Answer(outcome, value, succeeded, new Source(node, epoch, offset));
  }

  boolean isOk() {
    return outcome == Outcome.OK;
  }
}
