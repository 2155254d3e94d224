package io.cairn.node.shard;

import io.cairn.replication.core.ReplicaLog;
import io.cairn.storage.KeyValueStore;

/** Opens what a shard rests on. A test puts failing ones in their place. */
public interface Engines extends AutoCloseable {

  /**
   * Ends what a crash may have broken off: log and store take the place of those that a snapshot
   * replaces. Before either is opened.
   */
  default void finishInstall(int shard) {}

  KeyValueStore openStore(int shard);

  ReplicaLog openLog(int shard);

  /** Releases what the stores share; after all of them are closed. */
  @Override
  void close();
}
