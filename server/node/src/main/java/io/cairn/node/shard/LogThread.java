package io.cairn.node.shard;

import io.cairn.node.metrics.ShardMetrics;
import io.cairn.replication.core.Effect;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.LogSpace;
import io.cairn.replication.core.ReplicaLog;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Appends all records that have gathered and forces them to disk at once; what comes meanwhile is
 * the next group.
 *
 * <p>Its queue holds at most {@code log.max-unsynced-records} records and one trim for each flush
 * of the store. Any failure is final: it is not tried again, and it stops the node.
 */
final class LogThread extends Worker<Effect> {
  private final ReplicaLog log;
  private final ShardMetrics metrics;
  private final Consumer<Input> reports;
  private LogSpace reportedSpace = LogSpace.AVAILABLE;
  private final AtomicLong appendedBytes = new AtomicLong();
  private volatile long syncBeganNanos;

  /**
   * @param reports takes what the replica must know
   */
  LogThread(
      int shard, ReplicaLog log, FailStop failStop, ShardMetrics metrics, Consumer<Input> reports) {
    super("cairn-log-" + shard, failStop);
    this.log = log;
    this.metrics = metrics;
    this.reports = reports;
  }

  @Override
  void work(List<Effect> effects) {
    orAbandon(() -> appendAndForce(effects));
  }

  /** The log may have failed, or space may have come back, while nothing was written. */
  @Override
  void idle() {
    orAbandon(this::checkLog);
  }

  /** After a failure here it is not known what the log holds: it must not be closed in order. */
  private void orAbandon(Runnable work) {
    try {
      work.run();
    } catch (Throwable failure) {
      try {
        log.abandon();
      } catch (RuntimeException alsoFailed) {
        failure.addSuppressed(alsoFailed);
      }
      throw failure;
    }
  }

  private void appendAndForce(List<Effect> effects) {
    long began = System.nanoTime();
    int records = 0;
    int operations = 0;
    long bytes = 0;
    for (int i = 0; i < effects.size(); i++) {
      Effect effect = effects.get(i);
      if (effect instanceof Effect.Append append) {
        log.append(append.record());
        records++;
        operations += append.record().count();
        bytes += append.record().lengthBytes();
      } else if (effect instanceof Effect.TrimLog trim) {
        log.trim(trim.beforeOffset());
      }
    }
    if (records > 0) {
      force(began);
      appendedBytes.addAndGet(bytes);
      metrics.group(records, operations, bytes);
    }
    checkLog();
  }

  private void force(long began) {
    long appended = System.nanoTime();
    syncBeganNanos = appended | 1; // 0 stands for none
    log.force();
    syncBeganNanos = 0;
    reports.accept(new Input.LogDurable(log.durableEndOffset()));
    metrics.appended(appended - began);
    metrics.synced(System.nanoTime() - appended);
  }

  /** Throws when the log failed in the background, and tells when its space has changed. */
  private void checkLog() {
    log.checkUsable();
    LogSpace space = log.space();
    if (space != reportedSpace) {
      reportedSpace = space;
      reports.accept(new Input.LogSpaceChanged(space));
    }
  }

  @Override
  void end(List<Effect> undone) {
    log.close();
  }

  /** Bytes of records appended since the start. Any thread. */
  long appendedBytes() {
    return appendedBytes.get();
  }

  /** How long the sync under way has taken so far; 0 when there is none. Any thread. */
  long syncingNanos() {
    long since = syncBeganNanos;
    return since == 0 ? 0 : System.nanoTime() - since;
  }
}
