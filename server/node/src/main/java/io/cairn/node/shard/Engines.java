package io.cairn.node.shard;

import io.cairn.replication.core.Effect;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.ReplicaLog;
import io.cairn.storage.KeyValueStore;
import java.io.IOException;
import java.util.List;

/** Opens what a shard rests on. A test puts failing ones in their place. */
public interface Engines extends AutoCloseable {

  /**
   * Ends what a crash may have broken off: log and store take the place of those that a snapshot
   * replaces. Before either is opened.
   */
  default void finishInstall(int shard) {}

  /**
   * Keeps what is about to be cut off from a shard's log: some of it may have been confirmed.
   *
   * @return where it can be found, for people
   */
  default String keepCutOff(int shard, List<LogRecord> records) throws IOException {
    return "nowhere";
  }

  /** Writes down what became of what was kept so. */
  default void settleCutOff(int shard, Effect.OfferSettled settled) throws IOException {}

  KeyValueStore openStore(int shard);

  ReplicaLog openLog(int shard);

  /** Releases what the stores share; after all of them are closed. */
  @Override
  void close();
}
