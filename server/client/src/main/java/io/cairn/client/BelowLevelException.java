package io.cairn.client;

import io.cairn.api.FailureStatus;
import org.jspecify.annotations.Nullable;

/**
 * A write that is applied, but less safely than was asked for: too few replicas were in sync to
 * call it STRONG. It need not be made again. Readers may see it; it is lost only if every replica
 * that has it is.
 */
public final class BelowLevelException extends CairnException {

  private static final long serialVersionUID = 1L;

  BelowLevelException(FailureStatus status, @Nullable Throwable cause) {
    super(status, cause);
  }
}
