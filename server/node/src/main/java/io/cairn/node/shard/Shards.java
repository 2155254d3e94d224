package io.cairn.node.shard;

import io.cairn.api.Sharding;
import io.cairn.node.config.NodeConfig;
import io.cairn.node.data.NodeStartException;
import io.cairn.node.metrics.NodeMetrics;
import io.cairn.replication.core.WriteResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All shards of the node, and the thread that flushes their stores now and then. */
public final class Shards {
  private static final Logger LOG = LoggerFactory.getLogger(Shards.class);
  private static final long START_TIMEOUT_MILLIS = 60_000;
  private static final long FLUSH_CHECK_MILLIS = 200;
  private static final long STOP_CHECK_MILLIS = 10;

  private final List<Shard> shards = new ArrayList<>();
  private final Engines engines;
  private final FailStop failStop;
  private final Ticker flusher;

  /** Numbers of the shards whose last flush failed. Touched by the flusher alone. */
  private final Set<Integer> unflushable = new HashSet<>();

  private final Ticker watchdog;

  private Shards(NodeConfig config, Engines engines, FailStop failStop) {
    this.engines = engines;
    this.failStop = failStop;
    flusher = new Ticker("cairn-flush", FLUSH_CHECK_MILLIS, this::maybeFlush, failStop);
    long watchMillis = Math.max(10, config.log().slowSyncMillis() / 4);
    watchdog = new Ticker("cairn-watchdog", watchMillis, new DiskWatch(shards)::check, failStop);
  }

  /**
   * Opens every shard, recovers it and waits until it serves.
   *
   * @throws NodeStartException when one of them cannot; the others are closed again
   */
  public static Shards open(
      int count, NodeConfig config, Engines engines, FailStop failStop, NodeMetrics metrics) {
    Shards shards = new Shards(config, engines, failStop);
    try {
      for (int i = 0; i < count; i++) {
        shards.shards.add(ShardOpener.open(i, config, engines, failStop, metrics.shard(i)));
      }
      shards.shards.forEach(Shard::start);
      for (Shard shard : shards.shards) {
        shards.awaitServing(shard);
      }
    } catch (RuntimeException | Error refused) {
      shards.stop(0);
      throw refused;
    }
    shards.flusher.start();
    shards.watchdog.start();
    return shards;
  }

  private void awaitServing(Shard shard) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_TIMEOUT_MILLIS);
    try {
      while (!shard.awaitServing(50)) {
        FailStop.Failure failure = failStop.failureOrNull();
        if (failure != null) {
          throw new NodeStartException(failure.reason(), failure.cause());
        }
        if (System.nanoTime() > deadline) {
          throw new NodeStartException(
              "Shard "
                  + shard.number()
                  + " could not write to its log and store within "
                  + START_TIMEOUT_MILLIS / 1000
                  + " s: "
                  + String.join(" ", shard.problems()));
        }
      }
    } catch (InterruptedException interrupted) {
      throw NodeStartException.interrupted(interrupted);
    }
  }

  private void maybeFlush() {
    for (Shard shard : shards) {
      try {
        shard.maybeFlush();
        if (unflushable.remove(shard.number())) {
          LOG.info("Shard {}: its store is flushed again", shard.number());
        }
      } catch (RuntimeException failed) {
        // The data is in the log; the applier meets the same trouble and decides what it means.
        if (unflushable.add(shard.number())) {
          LOG.warn(
              "Shard {}: its store cannot be flushed: {}", shard.number(), failed.getMessage());
        }
      }
    }
  }

  public List<Shard> all() {
    return shards;
  }

  public int count() {
    return shards.size();
  }

  public Shard of(byte[] key) {
    return of(key, 0, key.length);
  }

  /** The shard of a key that is a slice of an array. */
  public Shard of(byte[] array, int position, int length) {
    return shards.get(Sharding.shardOf(array, position, length, shards.size()));
  }

  /**
   * Waits until the stores have what the logs have, at most so long over all shards; then ends all
   * threads and closes logs and stores. After a failure it waits for nothing.
   */
  public void stop(long timeoutMillis) {
    flusher.stop();
    watchdog.stop();
    awaitApplied(timeoutMillis);
    shards.forEach(Shard::stop);
    shards.forEach(Shard::close);
    engines.close();
  }

  /** What is not applied then is replayed at the next start. */
  private void awaitApplied(long timeoutMillis) {
    List<Shard> waitedFor = shards.stream().filter(Shard::isStarted).toList();
    CountDownLatch applied = new CountDownLatch(waitedFor.size());
    ReplyLane lane = new ReplyLane(0, Runnable::run, () -> false);
    for (Shard shard : waitedFor) {
      shard.whenApplied(
          new PendingCall(lane) {
            @Override
            protected void answer(WriteResult result) {
              applied.countDown();
            }
          });
    }
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    try {
      while (!failStop.hasFailed() && deadline - System.nanoTime() > 0) {
        if (applied.await(STOP_CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
