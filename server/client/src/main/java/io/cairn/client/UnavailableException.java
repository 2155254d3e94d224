package io.cairn.client;

import io.cairn.api.FailureStatus;
import org.jspecify.annotations.Nullable;

/** No node could do it now, and nothing was done: the same call may succeed later. */
public final class UnavailableException extends CairnException {

  private static final long serialVersionUID = 1L;

  UnavailableException(FailureStatus status, @Nullable Throwable cause) {
    super(status, cause);
  }
}
