package io.cairn.node;

import io.cairn.node.config.NodeConfig;
import io.cairn.node.data.CutOffFile;
import io.cairn.node.data.DataDirectory;
import io.cairn.node.data.NodeStartException;
import io.cairn.node.data.ReceivedSnapshot;
import io.cairn.node.shard.Engines;
import io.cairn.replication.core.Effect;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.ReplicaLog;
import io.cairn.replication.journal.ChronicleLog;
import io.cairn.replication.journal.JournalOptions;
import io.cairn.storage.KeyValueStore;
import io.cairn.storage.RocksDbStore;
import io.cairn.storage.StoreOptions;
import io.cairn.storage.StoreResources;
import java.io.IOException;
import java.util.List;

/** Logs on Chronicle Queue and stores on RocksDB, in the node's data directory. */
final class DiskEngines implements Engines {
  private static final int AROUND_RECORD_BYTES = 1 << 10;
  private static final int RECENT_BYTES = 8 << 20;

  private final DataDirectory directory;
  private final StoreOptions storeOptions;
  private final JournalOptions journalOptions;
  private final StoreResources storeResources;

  DiskEngines(DataDirectory directory, NodeConfig config) {
    this.directory = directory;
    storeOptions = storeOptions(config.storage());
    journalOptions = journalOptions(config, directory.identity().shards());
    storeResources = StoreResources.open(storeOptions);
  }

  private static StoreOptions storeOptions(NodeConfig.Storage storage) {
    StoreOptions defaults = StoreOptions.defaults();
    return new StoreOptions(
        storage.blockCacheBytes(),
        storage.writeMemoryBytes(),
        storage.writeBufferBytes(),
        defaults.writeBufferNumber(),
        defaults.blockBytes(),
        defaults.compressionByLevel(),
        defaults.bloomBitsPerKey(),
        defaults.maxOpenFiles(),
        defaults.backgroundJobs());
  }

  static JournalOptions journalOptions(NodeConfig config, int shards) {
    // The library takes powers of two, and a record must fit a quarter of a block with room around.
    int recordBytes = config.log().maxRecordBytes() + AROUND_RECORD_BYTES;
    int blockBytes = Math.max(1 << 20, Integer.highestOneBit(4 * recordBytes) << 1);
    return new JournalOptions(
        config.log().segmentBytes(),
        blockBytes,
        config.log().maxRecordBytes(),
        config.log().retentionBytes(),
        config.diskReserveBytes(shards),
        config.limits().maxUnappliedBytes(),
        // Followers that are a little behind are served from memory.
        config.cluster() == null ? 0 : RECENT_BYTES);
  }

  @Override
  public void finishInstall(int shard) {
    try {
      ReceivedSnapshot.Position position = directory.completeSnapshotOrNull(shard);
      if (position == null) {
        return;
      }
      try (ReplicaLog log = openLog(shard)) {
        boolean isReset =
            log.startOffset() == position.appliedOffset()
                && log.endOffset() == position.appliedOffset();
        if (!isReset) {
          log.reset(position.appliedOffset(), position.previousCrc(), position.previousEpoch());
        }
      }
      directory.moveSnapshot(shard);
    } catch (IOException failed) {
      throw new NodeStartException(
          "Shard " + shard + " cannot be replaced by its snapshot: " + failed + ".", failed);
    }
  }

  @Override
  public String keepCutOff(int shard, List<LogRecord> records) throws IOException {
    CutOffFile file = directory.cutOff(shard);
    file.append(records);
    return file.path().toString();
  }

  @Override
  public void settleCutOff(int shard, Effect.OfferSettled settled) throws IOException {
    directory.cutOff(shard).settle(settled);
  }

  @Override
  public KeyValueStore openStore(int shard) {
    return RocksDbStore.open(directory.store(shard), storeOptions, storeResources);
  }

  @Override
  public ReplicaLog openLog(int shard) {
    return ChronicleLog.open(directory.log(shard), journalOptions);
  }

  @Override
  public void close() {
    storeResources.close();
  }
}
