package io.cairn.replication.metadata;

import org.jspecify.annotations.Nullable;

/** Bytes that are not metadata of a format that this version of Cairn knows. */
public final class MetadataFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MetadataFormatException(String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
  }
}
