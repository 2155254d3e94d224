package io.cairn.node.shard;

import io.cairn.node.metrics.ShardMetrics;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.LogRecord;
import io.cairn.storage.KeyValueStore;
import io.cairn.storage.StoreException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes committed records to the store, all that have gathered in one batch.
 *
 * <p>A store that is full or behind is tried again for as long as it takes: the log has the data,
 * and the replica refuses writes once {@code limits.max-unapplied} of them wait here, which is what
 * bounds the queue. Anything else that the store reports stops the node.
 */
final class Applier extends Worker<LogRecord> {
  private static final Logger LOG = LoggerFactory.getLogger(Applier.class);
  private static final long RETRY_NANOS = 20_000_000L;

  private final int shard;
  private final StoreWriter writer;
  private final ShardMetrics metrics;
  private final FailStop failStop;
  private final Consumer<Input> reports;
  private volatile @Nullable String problem;

  Applier(
      int shard,
      KeyValueStore store,
      FailStop failStop,
      ShardMetrics metrics,
      Consumer<Input> reports) {
    super("cairn-apply-" + shard, failStop);
    this.shard = shard;
    this.failStop = failStop;
    this.writer = new StoreWriter(store);
    this.metrics = metrics;
    this.reports = reports;
  }

  @Override
  void work(List<LogRecord> records) {
    int last = records.size() - 1;
    for (int i = 0; i <= last; i++) {
      writer.add(records.get(i));
      if (i == last || writer.isFull()) {
        if (!apply()) {
          return;
        }
        reports.accept(new Input.Applied(writer.endOffset()));
      }
    }
  }

  /** False when the node stops before the store took it; the log still has it. */
  private boolean apply() {
    long began = System.nanoTime();
    while (true) {
      try {
        writer.apply();
        if (problem != null) {
          LOG.info("Shard {}: the store takes writes again", shard);
          problem = null;
        }
        metrics.applied(System.nanoTime() - began);
        return true;
      } catch (StoreException refused) {
        if (refused.category() != StoreException.Category.NO_SPACE
            && refused.category() != StoreException.Category.BUSY) {
          throw refused;
        }
        if (problem == null) {
          LOG.warn("Shard {}: the store takes no writes: {}", shard, refused.getMessage());
        }
        problem = "The store of shard " + shard + " takes no writes: " + refused.getMessage();
      }
      if (isStopping() || failStop.hasFailed()) {
        return false;
      }
      LockSupport.parkNanos(this, RETRY_NANOS);
    }
  }

  @Override
  void end(List<LogRecord> undone) {
    writer.close();
  }

  /** Why the store lags, or null when it does not. Any thread. */
  @Nullable String problemOrNull() {
    return problem;
  }
}
