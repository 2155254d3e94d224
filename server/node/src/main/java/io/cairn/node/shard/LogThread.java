package io.cairn.node.shard;

import io.cairn.node.metrics.ShardMetrics;
import io.cairn.replication.core.Effect;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.LogSpace;
import io.cairn.replication.core.ReplicaLog;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends all records that have gathered and forces them to disk at once; what comes meanwhile is
 * the next group.
 *
 * <p>Its queue holds at most {@code log.max-unsynced-records} records and one trim for each flush
 * of the store. Any failure is final: it is not tried again, and it stops the node.
 */
final class LogThread extends Worker<Effect> {
  private static final Logger LOG = LoggerFactory.getLogger(LogThread.class);

  private final int shard;
  private final ReplicaLog log;
  private final Engines engines;
  private final ShardMetrics metrics;
  private final Consumer<Input> reports;
  private LogSpace reportedSpace = LogSpace.AVAILABLE;
  private volatile long spaceSinceNanos = System.nanoTime();
  private final AtomicLong appendedBytes = new AtomicLong();
  private final List<Pin> pins = new CopyOnWriteArrayList<>();
  private int cuts;
  private long reportedStartOffset;
  private volatile long syncBeganNanos;

  /**
   * @param reports takes what the replica must know
   */
  LogThread(
      int shard,
      ReplicaLog log,
      Engines engines,
      FailStop failStop,
      ShardMetrics metrics,
      Consumer<Input> reports) {
    super("cairn-log-" + shard, failStop);
    this.shard = shard;
    this.log = log;
    this.engines = engines;
    reportedStartOffset = log.startOffset();
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
    boolean cut = false;
    for (int i = 0; i < effects.size(); i++) {
      Effect effect = effects.get(i);
      if (effect instanceof Effect.Append append) {
        log.append(append.record());
        records++;
        operations += append.record().count();
        bytes += append.record().lengthBytes();
      } else if (effect instanceof Effect.CutLog cutLog) {
        cutOff(cutLog);
        cut = true;
      } else if (effect instanceof Effect.TrimLog trim) {
        trim(trim.beforeOffset());
      } else if (effect instanceof Effect.OfferSettled settled) {
        settle(settled);
      }
    }
    if (records > 0) {
      force(began);
      appendedBytes.addAndGet(bytes);
      metrics.group(records, operations, bytes);
    } else if (cut || log.startOffset() != reportedStartOffset) {
      reportDurable();
    }
    checkLog();
  }

  private void force(long began) {
    long appended = System.nanoTime();
    syncBeganNanos = appended | 1; // 0 stands for none
    log.force();
    syncBeganNanos = 0;
    reportDurable();
    metrics.appended(appended - began);
    metrics.synced(System.nanoTime() - appended);
  }

  private void trim(long beforeOffset) {
    long now = System.nanoTime();
    pins.removeIf(pin -> pin.isOver(now));
    if (pins.isEmpty()) {
      log.trim(beforeOffset);
    } // else a later one does it: the store is flushed again and again
  }

  /** Any thread. */
  Shard.LogPin pin() {
    Pin pin = new Pin();
    pins.add(pin);
    return pin;
  }

  /** Somebody needs what the log has now. */
  private static final class Pin implements Shard.LogPin {
    private static final long FOR_RECEIVER_NANOS = TimeUnit.SECONDS.toNanos(30);

    private volatile boolean closed;
    private volatile long keptUntilNanos = System.nanoTime();

    @Override
    public void keepForReceiver() {
      keptUntilNanos = System.nanoTime() + FOR_RECEIVER_NANOS;
    }

    @Override
    public void close() {
      closed = true;
    }

    boolean isOver(long nowNanos) {
      return closed && nowNanos - keptUntilNanos >= 0;
    }
  }

  private void cutOff(Effect.CutLog cut) {
    String where = keep(cut.lost());
    LOG.warn(
        "Shard {}: {} operations from offset {} on were never committed, and the leader does not have"
            + " them: they are cut off, kept in {}, and the EVENTUAL ones are offered to the leader",
        shard,
        count(cut.lost()),
        cut.endOffset(),
        where);
    log.truncate(cut.endOffset());
    cuts++;
  }

  /** What nobody may know to be committed, before the log is thrown away. Who steps the replica. */
  void keepLost(List<LogRecord> lost) {
    if (!lost.isEmpty()) {
      LOG.warn(
          "Shard {}: {} operations from offset {} on may never have been committed: before the log is"
              + " replaced, they are kept in {}",
          shard,
          count(lost),
          lost.get(0).baseOffset(),
          keep(lost));
    }
  }

  private String keep(List<LogRecord> lost) {
    metrics.cutOff(count(lost));
    try {
      return engines.keepCutOff(shard, lost);
    } catch (IOException full) {
      return "nowhere, because of " + full;
    }
  }

  private static int count(List<LogRecord> records) {
    return records.stream().mapToInt(LogRecord::count).sum();
  }

  private void settle(Effect.OfferSettled settled) {
    LOG.info(
        "Shard {}: of what was cut off, {} operations are writes again, {} were older than what the"
            + " leader has, {} came too late to tell",
        shard,
        settled.placed().size(),
        settled.superseded().size(),
        settled.outOfReach().size());
    metrics.offered(settled);
    try {
      engines.settleCutOff(shard, settled);
    } catch (IOException full) {
      LOG.warn("Shard {}: what became of what was cut off cannot be written down", shard, full);
    }
  }

  private void reportDurable() {
    reportedStartOffset = log.startOffset();
    reports.accept(new Input.LogDurable(cuts, log.durableEndOffset(), reportedStartOffset));
  }

  /** Throws when the log failed in the background, and tells when its space has changed. */
  private void checkLog() {
    log.checkUsable();
    LogSpace space = log.space();
    if (space != reportedSpace) {
      reportedSpace = space;
      spaceSinceNanos = System.nanoTime();
      reports.accept(new Input.LogSpaceChanged(space));
    }
  }

  @Override
  void end(List<Effect> undone) {
    log.close();
  }

  /** When the log's space changed last, by {@link System#nanoTime}. Any thread. */
  long spaceSinceNanos() {
    return spaceSinceNanos;
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
