package io.cairn.node.shard;

import io.cairn.api.Sharding;
import io.cairn.node.config.NodeConfig;
import io.cairn.node.data.NodeStartException;
import io.cairn.node.metrics.NodeMetrics;
import io.cairn.replication.core.WriteResult;
import io.cairn.replication.core.metadata.ProcessId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All shards of the node, and the thread that flushes their stores now and then. */
public final class Shards {
  private static final Logger LOG = LoggerFactory.getLogger(Shards.class);
  private static final long START_TIMEOUT_MILLIS = 60_000;
  private static final long FLUSH_CHECK_MILLIS = 200;
  private static final long STOP_CHECK_MILLIS = 10;

  /** What the limits of the replicas are counted in. */
  public static final long TICK_MILLIS = 50;

  private final List<Shard> shards = new ArrayList<>();

  /** Held by who flushes stores, or closes them. */
  private final Object flushing = new Object();

  private final IntFunction<RunningReplica> reopen;
  private final NodeMetrics metrics;
  private final Engines engines;
  private final FailStop failStop;
  private final ExecutorService catchUp;

  /** Numbers of the shards whose last flush failed. Touched by the flusher alone. */
  private final Set<Integer> unflushable = new HashSet<>();

  private final List<Ticker> tickers;

  private final List<Runnable> onTick = new CopyOnWriteArrayList<>();

  private final List<CountDownLatch> serving = new ArrayList<>();

  /** How often each shard was opened. */
  private final Map<Integer, Integer> opened = new ConcurrentHashMap<>();

  private Shards(
      NodeConfig config,
      Engines engines,
      FailStop failStop,
      NodeMetrics metrics,
      ReplicaLinks links,
      ProcessId self,
      boolean isAlone) {
    reopen =
        number -> {
          RunningReplica.Surroundings around =
              new RunningReplica.Surroundings(
                  number,
                  opened.merge(number, 1, Integer::sum) - 1,
                  config,
                  engines,
                  failStop,
                  metrics.shard(number),
                  links,
                  catchUp(),
                  () -> serving.get(number).countDown());
          return ShardOpener.open(around, self, isAlone);
        };
    this.metrics = metrics;
    this.engines = engines;
    this.failStop = failStop;
    catchUp =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "cairn-catch-up");
              thread.setDaemon(true);
              return thread;
            });
    Ticker flusher = new Ticker("cairn-flush", FLUSH_CHECK_MILLIS, this::maybeFlush, failStop);
    long watchMillis = Math.max(10, config.log().slowSyncMillis() / 4);
    Ticker watchdog =
        new Ticker("cairn-watchdog", watchMillis, new DiskWatch(shards)::check, failStop);
    Ticker clock =
        new Ticker(
            "cairn-tick",
            TICK_MILLIS,
            () -> {
              shards.forEach(Shard::onTick);
              onTick.forEach(Runnable::run);
            },
            failStop);
    tickers = List.of(flusher, watchdog, clock);
  }

  /**
   * Opens every shard and recovers its log. They take part in the cluster once they are told its
   * metadata ({@link Shard#onMetadata}).
   *
   * @param self the process that opens them
   * @param isAlone whether no other node can ever have led them
   * @throws NodeStartException when one of them cannot be opened; the others are closed again
   */
  public static Shards open(
      int count,
      NodeConfig config,
      Engines engines,
      FailStop failStop,
      NodeMetrics metrics,
      ReplicaLinks links,
      ProcessId self,
      boolean isAlone) {
    Shards shards = new Shards(config, engines, failStop, metrics, links, self, isAlone);
    try {
      for (int i = 0; i < count; i++) {
        CountDownLatch serving = new CountDownLatch(1);
        shards.serving.add(serving);
        shards.shards.add(new Shard(i, self.nodeId(), serving, shards.reopen.apply(i)));
      }
    } catch (RuntimeException | Error refused) {
      shards.stop(0);
      throw refused;
    }
    shards.shards.forEach(Shard::start);
    shards.tickers.forEach(Ticker::start);
    return shards;
  }

  /** Has a task run with each tick, every 50 ms, on a thread that must not wait. */
  public void onTick(Runnable task) {
    onTick.add(task);
  }

  private Executor catchUp() {
    return catchUp;
  }

  /** Waits until this node leads all shards and serves. */
  public void awaitServing() {
    shards.forEach(this::awaitServing);
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

  /**
   * Opens a shard anew that had stopped to be copied. A snapshot that was received takes the place
   * of its log and store. Until then the shard answers that it does not serve.
   *
   * @param received whether there is one
   */
  public void reopen(int number, boolean received) {
    Shard shard = shards.get(number);
    synchronized (flushing) {
      shard.stop();
      shard.close();
      shard.replace(reopen.apply(number));
      if (received) {
        metrics.shard(number).snapshotReceived();
      }
    }
  }

  private void maybeFlush() {
    synchronized (flushing) {
      flushAll();
    }
  }

  private void flushAll() {
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

  /** Those with these numbers, all when there are none. */
  public List<Shard> selected(List<Integer> numbers) {
    return numbers.isEmpty() ? shards : numbers.stream().distinct().map(shards::get).toList();
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
    awaitApplied(timeoutMillis);
    tickers.forEach(Ticker::stop);
    catchUp.shutdown();
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
          new PendingCall(lane, System.nanoTime()) {
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
