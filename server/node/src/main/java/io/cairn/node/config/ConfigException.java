package io.cairn.node.config;

import java.util.List;

/** The configuration cannot be used; lists everything that is wrong with it. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  // An array because an exception must be serializable, which a List need not be.
  private final String[] problems;

  public ConfigException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = problems.toArray(new String[0]);
  }

  /** One sentence each. */
  public List<String> problems() {
    return List.of(problems);
  }
}
