package io.cairn.node.config;

import java.util.Locale;

/**
 * One thing that can be configured.
 *
 * @param key as in the file and, with two dashes before it, on the command line
 * @param defaultText the value when no source gives one, in the form in which a user writes it
 * @param min smallest value, in the kind's unit; only for kinds that have a range
 * @param max largest value
 * @param meaning one or two sentences for the documentation
 */
public record Setting(
    String key, Kind kind, String defaultText, long min, long max, String meaning) {

  /** How a value is written, and the unit in which it is kept. */
  public enum Kind {
    TEXT("text"),
    /** A file or directory; empty for none where that is allowed. */
    PATH("path"),
    /** {@code host:port}. */
    ADDRESS("host:port"),
    NUMBER("number"),
    /** Bytes, written with a unit: {@code 64MiB}. */
    SIZE("size"),
    /** Milliseconds, written with a unit: {@code 5s}. */
    DURATION("duration"),
    SWITCH("true or false");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }

    boolean hasRange() {
      return this == NUMBER || this == SIZE || this == DURATION;
    }
  }

  /** The environment variable that sets it. */
  public String environmentName() {
    return "CAIRN_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** The allowed values as a user reads them; empty when the kind says it all. */
  public String range() {
    return kind.hasRange() ? Values.format(kind, min) + " to " + Values.format(kind, max) : "";
  }
}
