package io.cairn.node.shard;

import io.cairn.node.config.NodeConfig;
import io.cairn.node.metrics.ShardMetrics;
import io.cairn.replication.core.Effect;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.Replica;
import io.cairn.replication.core.ReplicaLog;
import io.cairn.replication.core.ReplicaStatus;
import io.cairn.storage.KeyValueStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A replica with its log, its store and the three threads that drive them. */
final class RunningReplica {

  /**
   * What a replica runs in.
   *
   * @param reopened how often this process has opened the shard before
   * @param catchUp reads the log for followers that are behind
   * @param onServing told when the replica leads and serves
   */
  record Surroundings(
      int shard,
      int reopened,
      NodeConfig config,
      Engines engines,
      FailStop failStop,
      ShardMetrics metrics,
      ReplicaLinks links,
      Executor catchUp,
      Runnable onServing) {}

  private static final Logger LOG = LoggerFactory.getLogger(RunningReplica.class);

  /** How often, and how long each time, is waited for the log thread. */
  private static final int APPEND_PATIENCE = 1_000;

  private static final long APPEND_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  final Replica replica;
  final ReplicaLog log;
  final KeyValueStore store;
  final ReplicaThread replicaThread;

  private final Surroundings around;
  private final LogThread logThread;
  private final Applier applier;
  private final HandOver handOver = new HandOver();
  private boolean started;
  private long reportedFlushedOffset;
  private long appendedBytesAtFlush;

  /**
   * @param replica has recovered the log
   */
  RunningReplica(Surroundings around, Replica replica, ReplicaLog log, KeyValueStore store) {
    this.around = around;
    this.replica = replica;
    this.log = log;
    this.store = store;
    int shard = around.shard();
    FailStop failStop = around.failStop();
    ShardMetrics metrics = around.metrics();
    logThread = new LogThread(shard, log, around.engines(), failStop, metrics, this::reportNow);
    applier = new Applier(shard, store, failStop, metrics, this::reportNow);
    replicaThread =
        new ReplicaThread(
            shard,
            replica,
            logThread,
            applier,
            failStop,
            metrics,
            around.links(),
            read -> readLogLater(() -> readLog(read, APPEND_PATIENCE)),
            around.onServing());
  }

  void start() {
    started = true;
    logThread.start();
    applier.start();
    replicaThread.start();
  }

  boolean isStarted() {
    return started;
  }

  void report(Input input) {
    replicaThread.put(input);
    replicaThread.wake();
  }

  /** The calling thread steps the replica if it can: see {@link Worker#workOrWake}. */
  void reportNow(Input input) {
    replicaThread.put(input);
    replicaThread.workOrWake();
  }

  private void readLogLater(Runnable reading) {
    try {
      around.catchUp().execute(reading);
    } catch (RejectedExecutionException stopping) {
      LOG.debug("Shard {}: nobody is served any more", around.shard());
    }
  }

  /**
   * What is not there any more is told from what the log thread has yet to append: for that it
   * looks again after a moment.
   */
  private void readLog(Effect.ReadLog read, int patience) {
    if (read.fromOffset() >= log.endOffset() && patience > 0) {
      LockSupport.parkNanos(this, APPEND_CHECK_NANOS);
      readLogLater(() -> readLog(read, patience - 1));
      return;
    }
    List<LogRecord> records = new ArrayList<>();
    long bytes = 0;
    try (ReplicaLog.Reader reader = log.read(read.fromOffset())) {
      LogRecord record = reader.nextOrNull();
      while (record != null && (records.isEmpty() || bytes < read.maxBytes())) {
        records.add(record);
        bytes += record.lengthBytes();
        record = bytes < read.maxBytes() ? reader.nextOrNull() : null;
      }
    } catch (ReplicaLog.OffsetOutOfRangeException trimmed) {
      LOG.debug("Shard {}: {}", around.shard(), trimmed.getMessage());
    } catch (ReplicaLog.LogFailedException failed) {
      around.failStop().fail("Reading the log of shard " + around.shard() + " failed", failed);
      return;
    } catch (IllegalStateException closed) {
      return; // the shard is being closed, and nobody waits for the records
    }
    report(new Input.LogRead(read.to(), read.fromOffset(), records));
  }

  Shard.LogPin pinLog() {
    return logThread.pin();
  }

  /** The log must be pinned, so that it still has what lies behind the copy. */
  Shard.Copy copyStore(Path directory) {
    long applied = store.checkpoint(directory);
    long epoch = 0;
    for (ReplicaLog.EpochStart start : log.epochHistory()) {
      if (epoch == 0 || start.startOffset() < applied) {
        epoch = start.epoch();
      }
    }
    Shard.Copy copy = new Shard.Copy(applied, previousCrc(applied), epoch);
    around.metrics().snapshotSent();
    return copy;
  }

  /** The log may grow meanwhile: what is read then tells as well. */
  private int previousCrc(long offset) {
    while (true) {
      int last = log.lastRecordCrc();
      if (log.endOffset() == offset && log.lastRecordCrc() == last) {
        return last;
      }
      try (ReplicaLog.Reader reader = log.read(offset)) {
        LogRecord next = reader.nextOrNull();
        if (next != null) {
          return next.previousCrc();
        }
      }
    }
  }

  /** What is wrong with it just now, one sentence each. */
  List<String> problems() {
    int number = around.shard();
    List<String> problems = new ArrayList<>();
    long syncing = TimeUnit.NANOSECONDS.toMillis(logThread.syncingNanos());
    if (syncing > around.config().log().slowSyncMillis()) {
      problems.add(
          "The log of shard " + number + " has been waiting for its disk for " + syncing + " ms.");
    }
    String lag = applier.problemOrNull();
    if (lag != null) {
      problems.add(lag);
    }
    switch (log.space()) {
      case AVAILABLE -> {}
      case DELETES_ONLY ->
          problems.add(
              "Shard " + number + " refuses puts: less than log.disk-reserve is free on its disk.");
      case EXHAUSTED -> problems.add("Shard " + number + " refuses writes: its disk is full.");
    }
    return problems;
  }

  /** Whether another replica may soon lead, which has room for puts. */
  boolean mayHandOver(long nowNanos) {
    ReplicaStatus status = replica.status();
    return status.isr().size() > 1
        && handOver.isAwaited(status.epoch(), logThread.spaceSinceNanos(), nowNanos);
  }

  /** Whether a sync hangs beyond {@code log.slow-sync}. */
  boolean isDiskStalled() {
    return TimeUnit.NANOSECONDS.toMillis(logThread.syncingNanos())
        > around.config().log().slowSyncMillis();
  }

  /**
   * Flushes the store when enough of the log rests on its memory, and lets the log forget what is
   * in files. One thread at a time; may take long.
   */
  void maybeFlush() {
    long appendedBytes = logThread.appendedBytes();
    if (appendedBytes - appendedBytesAtFlush >= around.config().storage().flushAfterBytes()) {
      store.flush();
      appendedBytesAtFlush = appendedBytes;
    }
    long flushedOffset = store.flushedOffset();
    if (flushedOffset > reportedFlushedOffset
        && replica.status().appliedOffset() >= flushedOffset) {
      reportedFlushedOffset = flushedOffset;
      report(new Input.Flushed(flushedOffset));
    }
  }

  /** Ends the threads, which closes the log; the store has then what it took. */
  void stop() {
    if (!started) {
      log.close();
      return;
    }
    for (Worker<?> worker : List.<Worker<?>>of(replicaThread, logThread, applier)) {
      worker.stop();
      worker.join();
    }
  }

  /** After {@link #stop}: brings the store to disk and closes it. */
  void close() {
    FailStop.@Nullable Failure failure = around.failStop().failureOrNull();
    if (failure == null || failure.storeIsSound()) {
      store.close();
    }
  }
}
