package io.cairn.client;

import io.cairn.v1.ClearRequest;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Deletes the keys of a range on all shards, each at one point of its own log. */
final class Clear extends ScatteredCall<@Nullable Void, @Nullable Void> {

  private final KeyRange range;
  private final ConsistencyLevel level;

  Clear(Connection connection, KeyRange range, ConsistencyLevel level) {
    super(connection, true);
    this.range = range;
    this.level = level;
  }

  @Override
  Collection<Integer> shards(ShardMap map) {
    return IntStream.range(0, map.shardCount()).boxed().toList();
  }

  @Override
  UnaryCall<?, ?, @Nullable Void> part(ShardMap map, List<Integer> shards, long partStartNanos) {
    ClearRequest.Builder request =
        ClearRequest.newBuilder()
            .setRange(range.toWire())
            .setConsistency(AsyncCairnClient.toWire(level));
    if (shards.size() < map.shardCount()) {
      request.addAllShards(shards);
    }
    return new PartCall<>(connection, Rpc.CLEAR, request.build(), partStartNanos, shards, true);
  }

  @Override
  void collect(List<Integer> shards, @Nullable Void answer) {}

  @Override
  CairnException failure(CairnException first, boolean anyDone) {
    return anyDone && !first.outcomeUnknown() ? first.asUnknown() : first;
  }

  @Override
  @SuppressWarnings("NullAway") // it does not see that R is nullable here
  @Nullable Void result() {
    return null;
  }
}
