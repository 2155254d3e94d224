package io.cairn.client;

import io.cairn.api.FailureStatus;
import org.jspecify.annotations.Nullable;

/** The call itself is wrong, an empty key or a value above the limit: nothing was done. */
public final class InvalidRequestException extends CairnException {

  private static final long serialVersionUID = 1L;

  InvalidRequestException(FailureStatus status, @Nullable Throwable cause) {
    super(status, cause);
  }
}
