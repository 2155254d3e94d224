package io.cairn.node.shard;

import io.cairn.replication.core.ReplicaLog;
import io.cairn.storage.KeyValueStore;

/** Opens what a shard rests on. A test puts failing ones in their place. */
public interface Engines extends AutoCloseable {

  KeyValueStore openStore(int shard);

  ReplicaLog openLog(int shard);

  /** Releases what the stores share; after all of them are closed. */
  @Override
  void close();
}
