package io.cairn.client;

import io.cairn.v1.Limits;
import io.cairn.v1.ResponseHeader;
import io.cairn.v1.ShardStatus;
import io.cairn.v1.StatusResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The largest high watermark that the client has seen of each shard: a retry of a write tells it,
 * so that the node knows how far back the first attempt may lie. Unknown until a Status has been
 * fetched, and again when the answers come from another cluster. Thread-safe.
 */
final class SeenOffsets {

  /**
   * One cluster's shards.
   *
   * @param offsets high watermarks by shard; each only grows
   */
  record Shards(String clusterId, AtomicLongArray offsets, Limits limits) {

    void saw(int shard, long offset) {
      long seen = offsets.get(shard);
      while (offset > seen && !offsets.compareAndSet(shard, seen, offset)) {
        seen = offsets.get(shard);
      }
    }
  }

  private volatile @Nullable Shards shards;
  private @Nullable CompletableFuture<Shards> fetching; // guarded by this

  @Nullable Shards shardsOrNull() {
    return shards;
  }

  /** Learns from any answer. */
  void saw(ResponseHeader header) {
    Shards known = shards;
    if (known == null) {
      return;
    }
    if (!known.clusterId.equals(header.getClusterId())) {
      shards = null; // another cluster answers at this address: its offsets start anew
    } else if (header.getShard() < known.offsets.length()) {
      known.saw(header.getShard(), header.getOffset());
    }
  }

  /** Asks for a Status, unless that is under way already, and learns from it. */
  @SuppressWarnings("FutureReturnValueIgnored") // its callback handles both endings
  CompletableFuture<Shards> refresh(Supplier<CompletableFuture<StatusResponse>> status) {
    CompletableFuture<Shards> mine = new CompletableFuture<>();
    synchronized (this) {
      if (fetching != null) {
        return fetching;
      }
      fetching = mine;
    }
    status
        .get()
        .whenComplete(
            (answer, error) -> {
              synchronized (this) {
                fetching = null;
              }
              if (error == null) {
                mine.complete(learn(answer));
              } else {
                mine.completeExceptionally(error);
              }
            });
    return mine;
  }

  /**
   * What the node says replaces what was known: after the node came back from a backup the known
   * offsets may be beyond its log, and smaller ones are never wrong.
   */
  private Shards learn(StatusResponse status) {
    int count = Math.max(1, status.getShardsCount());
    Shards fresh =
        new Shards(
            status.getHeader().getClusterId(), new AtomicLongArray(count), status.getLimits());
    for (ShardStatus shard : status.getShardsList()) {
      if (shard.getShard() < count) {
        fresh.saw(shard.getShard(), shard.getHighWatermark());
      }
    }
    shards = fresh;
    return fresh;
  }
}
