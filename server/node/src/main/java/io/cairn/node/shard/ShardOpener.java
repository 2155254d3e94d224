package io.cairn.node.shard;

import io.cairn.node.config.NodeConfig;
import io.cairn.node.data.NodeStartException;
import io.cairn.node.metrics.ShardMetrics;
import io.cairn.replication.core.CorruptRecordException;
import io.cairn.replication.core.Effect;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.Replica;
import io.cairn.replication.core.ReplicaLog;
import io.cairn.replication.core.ReplicaOptions;
import io.cairn.replication.core.Start;
import io.cairn.storage.KeyValueStore;
import io.cairn.storage.StoreException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a shard back to where its log ends, on the thread that starts the node. */
final class ShardOpener {
  private static final Logger LOG = LoggerFactory.getLogger(ShardOpener.class);

  /** How long a store that is full or behind may hold up the replay. */
  private static final long PATIENCE_SECONDS = 300;

  private static final String START_AGAIN =
      "Nothing is lost: see that its disk has free space, then start again.";

  private ShardOpener() {}

  /**
   * Leaves nothing open when it throws.
   *
   * @throws NodeStartException when log or store cannot be opened or do not belong together
   */
  static Shard open(
      int number, NodeConfig config, Engines engines, FailStop failStop, ShardMetrics metrics) {
    KeyValueStore store = null;
    ReplicaLog log = null;
    try {
      store = engines.openStore(number);
      log = engines.openLog(number);
      Replica replica = recover(number, config, store, log);
      return new Shard(number, config, replica, log, store, failStop, metrics);
    } catch (RuntimeException failed) {
      closeQuietly(log, failed);
      closeQuietly(store, failed);
      throw explained(number, failed);
    } catch (Error failed) {
      closeQuietly(log, failed);
      closeQuietly(store, failed);
      throw failed;
    }
  }

  /** What the failure means to the operator; a bug is itself. */
  private static RuntimeException explained(int number, RuntimeException failed) {
    if (failed instanceof StoreException refused && StoreWriter.mayPass(refused)) {
      return new NodeStartException(
          "Shard " + number + " cannot be opened now: " + failed.getMessage() + ". " + START_AGAIN,
          failed);
    }
    if (failed instanceof StoreException
        || failed instanceof ReplicaLog.LogFailedException
        || failed instanceof CorruptRecordException
        || failed instanceof IllegalStateException) {
      return new NodeStartException(
          "Shard " + number + " cannot be opened: " + failed.getMessage() + ".", failed);
    }
    return failed;
  }

  private static Replica recover(
      int number, NodeConfig config, KeyValueStore store, ReplicaLog log) {
    long applied = store.appliedOffset();
    if (log.endOffset() < applied) {
      throw new NodeStartException(
          "The log of shard "
              + number
              + " ends at offset "
              + log.endOffset()
              + ", before offset "
              + applied
              + " that its store holds: the log lost data or was replaced. Restore the data directory"
              + " from a backup.");
    }
    if (log.startOffset() > applied) {
      throw new NodeStartException(
          "The log of shard "
              + number
              + " begins at offset "
              + log.startOffset()
              + ", behind offset "
              + applied
              + " where its store ends: what lies between is lost. Restore the data directory from a"
              + " backup.");
    }
    Replica replica =
        new Replica(
            options(config),
            new Start(
                log.startOffset(),
                log.endOffset(),
                log.lastRecordCrc(),
                log.lastEpoch(),
                applied,
                store.flushedOffset()));
    long from = replica.recoverFromOffset();
    if (from < log.endOffset()) {
      replay(number, replica, store, log, from);
      LOG.info(
          "Shard {} recovered its log from offset {} to {}, of which {} were not in the store",
          number,
          from,
          log.endOffset(),
          log.endOffset() - applied);
    }
    return replica;
  }

  private static void replay(
      int number, Replica replica, KeyValueStore store, ReplicaLog log, long from) {
    try (ReplicaLog.Reader reader = log.read(from);
        StoreWriter writer = new StoreWriter(number, store)) {
      Consumer<Effect> addToStore =
          effect -> {
            if (effect instanceof Effect.Apply apply) {
              writer.add(apply.record());
            }
          };
      for (LogRecord record = reader.nextOrNull(); record != null; record = reader.nextOrNull()) {
        replica.step(new Input.Recovered(record), addToStore);
        if (writer.isFull()) {
          apply(replica, writer);
        }
      }
      apply(replica, writer);
    }
  }

  private static void apply(Replica replica, StoreWriter writer) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    writer.apply(
        () -> {
          if (Thread.interrupted()) {
            throw NodeStartException.interrupted(new InterruptedException());
          }
          if (System.nanoTime() - deadline > 0) {
            throw new NodeStartException(
                writer.problemOrNull()
                    + ". So it was for "
                    + PATIENCE_SECONDS
                    + " s while its log was replayed. "
                    + START_AGAIN);
          }
          return false;
        });
    replica.step(new Input.Applied(writer.endOffset()), effect -> {});
  }

  private static ReplicaOptions options(NodeConfig config) {
    return new ReplicaOptions(
        config.log().maxRecordBytes(),
        config.limits().maxUnappliedBytes(),
        config.log().maxUnsyncedRecords(),
        config.limits().maxWaitingReads(),
        config.log().retryWindowOperations(),
        config.log().retryWindowBytes());
  }

  private static void closeQuietly(@Nullable AutoCloseable resource, Throwable reason) {
    if (resource != null) {
      try {
        resource.close();
      } catch (Exception failed) {
        reason.addSuppressed(failed);
      }
    }
  }
}
