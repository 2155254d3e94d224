package io.cairn.client;

import io.cairn.api.FailureStatus;
import org.jspecify.annotations.Nullable;

/**
 * A write of which nobody can tell whether it is or will be applied. Read the key to find out, then
 * decide; a write may still arrive for a short while after this.
 */
public final class OutcomeUnknownException extends CairnException {

  private static final long serialVersionUID = 1L;

  OutcomeUnknownException(FailureStatus status, @Nullable Throwable cause) {
    super(status, cause);
  }
}
