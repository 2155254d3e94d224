package io.cairn.replication.core.metadata;

import org.jspecify.annotations.Nullable;

/** No answer of the metadata quorum: the change may have been applied, or may be later. */
public final class MetadataUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param sentence for people: what was waited for, and what to do
   */
  public MetadataUnavailableException(String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
  }
}
