package io.cairn.replication.simulator.history;

import org.jspecify.annotations.Nullable;

/**
 * What an operation asks for. A value that is null means that the key is absent.
 *
 * @param expected of a CAS
 * @param value that a WRITE or a CAS leaves; of a CLEAR, the first key that it does not cover, or
 *     null when it covers all keys from its own on
 */
public record Action(Kind kind, @Nullable String expected, @Nullable String value) {

  /** The kinds of operations. */
  public enum Kind {
    READ,
    WRITE,
    DELETE,
    CAS,
    CLEAR
  }

  public static Action read() {
    return new Action(Kind.READ, null, null);
  }

  public static Action write(String value) {
    return new Action(Kind.WRITE, null, value);
  }

  public static Action delete() {
    return new Action(Kind.DELETE, null, null);
  }

  /** Writes when the key has the expected value; null for absent, on both sides. */
  public static Action cas(@Nullable String expected, @Nullable String value) {
    return new Action(Kind.CAS, expected, value);
  }

  /** Deletes every key from that of the operation (the empty one: all) up to this one. */
  public static Action clear(@Nullable String endKey) {
    return new Action(Kind.CLEAR, null, endKey);
  }

  boolean isRead() {
    return kind == Kind.READ;
  }

  /** What the key has after it took effect. */
  public @Nullable String valueAfter() {
    return kind == Kind.WRITE || kind == Kind.CAS ? value : null;
  }

  @Override
  public String toString() {
    return switch (kind) {
      case READ -> "read";
      case WRITE -> "write " + value;
      case DELETE -> "delete";
      case CAS -> "cas " + text(expected) + " to " + text(value);
      case CLEAR -> "clear up to " + (value == null ? "the end" : value);
    };
  }

  static String text(@Nullable String value) {
    return value == null ? "(absent)" : value;
  }
}
