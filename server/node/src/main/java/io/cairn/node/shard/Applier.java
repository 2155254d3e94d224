package io.cairn.node.shard;

import io.cairn.node.metrics.ShardMetrics;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.LogRecord;
import io.cairn.storage.KeyValueStore;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes committed records to the store, all that have gathered in one batch.
 *
 * <p>A store that is full or behind is tried again for as long as it takes: the log has the data,
 * and the replica refuses writes once {@code limits.max-unapplied} of them wait here, which is what
 * bounds the queue. Anything else that the store reports stops the node.
 */
final class Applier extends Worker<LogRecord> {
  private final StoreWriter writer;
  private final ShardMetrics metrics;
  private final FailStop failStop;
  private final Consumer<Input> reports;

  /** Once it left records out, those behind them must never reach the store. */
  private boolean gaveUp;

  Applier(
      int shard,
      KeyValueStore store,
      FailStop failStop,
      ShardMetrics metrics,
      Consumer<Input> reports) {
    super("cairn-apply-" + shard, failStop);
    this.failStop = failStop;
    this.writer = new StoreWriter(shard, store);
    this.metrics = metrics;
    this.reports = reports;
  }

  @Override
  void work(List<LogRecord> records) {
    int last = records.size() - 1;
    for (int i = 0; i <= last && !gaveUp; i++) {
      writer.add(records.get(i));
      if (i == last || writer.isFull()) {
        apply();
      }
    }
  }

  /** When the node stops before the store took it, the log still has it for the next start. */
  private void apply() {
    long began = System.nanoTime();
    if (writer.apply(() -> isStopping() || failStop.hasFailed())) {
      metrics.applied(System.nanoTime() - began);
      reports.accept(new Input.Applied(writer.endOffset()));
    } else {
      gaveUp = true;
    }
  }

  @Override
  void end(List<LogRecord> undone) {
    writer.close();
  }

  /** Why the store lags, or null when it does not. Any thread. */
  @Nullable String problemOrNull() {
    return writer.problemOrNull();
  }
}
