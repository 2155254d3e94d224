package io.cairn.client;

import org.jspecify.annotations.Nullable;

/** A call whose request is the same each time it is sent. */
class PlainCall<Q, A, R extends @Nullable Object> extends UnaryCall<Q, A, R> {

  private final Q request;

  PlainCall(
      Connection connection,
      Rpc<Q, A, R> rpc,
      Q request,
      long startNanos,
      long keyHash,
      boolean toLeader) {
    super(connection, rpc, startNanos, keyHash, toLeader);
    this.request = request;
  }

  @Override
  Q nextRequest(boolean maybeApplied) {
    return request;
  }
}
