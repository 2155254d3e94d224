package io.cairn.cli.bench;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an operation does. */
public enum OperationKind {
  GET,
  PUT,
  DELETE,
  SCAN;

  /** As one types it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static @Nullable OperationKind ofWordOrNull(String word) {
    for (OperationKind kind : values()) {
      if (kind.word().equals(word)) {
        return kind;
      }
    }
    return null;
  }
}
