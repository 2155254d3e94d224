package io.cairn.node.shard;

import io.cairn.node.config.NodeConfig;
import io.cairn.node.data.NodeStartException;
import io.cairn.replication.core.CorruptRecordException;
import io.cairn.replication.core.Effect;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.Replica;
import io.cairn.replication.core.ReplicaLog;
import io.cairn.replication.core.ReplicaOptions;
import io.cairn.replication.core.Start;
import io.cairn.replication.core.metadata.ProcessId;
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
   * @param self the process that opens it
   * @param isAlone whether nobody else can ever have led the shard
   * @throws NodeStartException when log or store cannot be opened or do not belong together
   */
  static RunningReplica open(RunningReplica.Surroundings around, ProcessId self, boolean isAlone) {
    int number = around.shard();
    Engines engines = around.engines();
    KeyValueStore store = null;
    ReplicaLog log = null;
    try {
      engines.finishInstall(number);
      store = engines.openStore(number);
      log = engines.openLog(number);
      Replica replica = recover(around, self, isAlone, store, log);
      return new RunningReplica(around, replica, log, store);
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
      RunningReplica.Surroundings around,
      ProcessId self,
      boolean isAlone,
      KeyValueStore store,
      ReplicaLog log) {
    int number = around.shard();
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
            self,
            number,
            options(around.config()),
            new Start(
                log.startOffset(),
                log.endOffset(),
                log.lastRecordCrc(),
                log.epochHistory(),
                applied,
                store.flushedOffset(),
                isAlone ? log.endOffset() : applied,
                around.reopened()));
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
    ReplicaOptions.Replication normal = ReplicaOptions.Replication.defaults();
    return new ReplicaOptions(
        config.log().maxRecordBytes(),
        config.limits().maxUnappliedBytes(),
        config.log().maxUnsyncedRecords(),
        config.limits().maxWaitingReads(),
        ReplicaOptions.DEFAULT_MAX_PENDING_RANGES,
        config.log().retryWindowOperations(),
        config.log().retryWindowBytes(),
        new ReplicaOptions.Replication(
            (int) (config.replication().lagTimeoutMillis() / Shards.TICK_MILLIS),
            normal.isrRejoinTicks(),
            normal.silenceTicks(),
            normal.proposalTicks(),
            normal.resendTicks(),
            config.replication().maxInFlightBytes(),
            normal.readBytes()));
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
