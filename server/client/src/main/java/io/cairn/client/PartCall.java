package io.cairn.client;

import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a {@link ScatteredCall}. */
final class PartCall<Q, A, R extends @Nullable Object> extends PlainCall<Q, A, R> {

  private final boolean severalShards;

  PartCall(
      Connection connection,
      Rpc<Q, A, R> rpc,
      Q request,
      long startNanos,
      List<Integer> shards,
      boolean toLeader) {
    super(connection, rpc, request, startNanos, shards.get(0), toLeader);
    this.severalShards = shards.size() > 1;
  }

  /** Where several shards are concerned, no other node may lead all of them. */
  @Override
  boolean mayResend(FailureStatus failure, boolean maybeApplied) {
    return (!severalShards || failure.failure() != Failure.NOT_LEADER)
        && super.mayResend(failure, maybeApplied);
  }
}
