package io.cairn.cli.rows;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The formats that import and export know. */
public enum RowFormat {
  /** Key, tab, value; see {@link TsvCodec}. */
  TSV,
  /** An object a line; see {@link JsonLinesCodec}. */
  JSONL,
  /** Each line is a key, and its number the value; see {@link LinesCodec}. Only for import. */
  LINES;

  public RowCodec newCodec() {
    return switch (this) {
      case TSV -> new TsvCodec();
      case JSONL -> new JsonLinesCodec();
      case LINES -> new LinesCodec();
    };
  }

  /** What a file's name says about its format, or null when it says nothing. */
  public static @Nullable RowFormat ofFileNameOrNull(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT);
    if (name.endsWith(".tsv")) {
      return TSV;
    }
    if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
      return JSONL;
    }
    return null;
  }
}
