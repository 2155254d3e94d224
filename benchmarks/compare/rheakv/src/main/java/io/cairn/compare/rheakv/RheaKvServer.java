package io.cairn.compare.rheakv;

import com.alipay.sofa.jraft.rhea.client.DefaultRheaKVStore;
import com.alipay.sofa.jraft.rhea.options.RheaKVStoreOptions;
import com.alipay.sofa.jraft.rhea.options.StoreEngineOptions;
import com.alipay.sofa.jraft.rhea.options.configured.PlacementDriverOptionsConfigured;
import com.alipay.sofa.jraft.rhea.options.configured.RheaKVStoreOptionsConfigured;
import com.alipay.sofa.jraft.rhea.options.configured.RocksDBOptionsConfigured;
import com.alipay.sofa.jraft.rhea.options.configured.StoreEngineOptionsConfigured;
import com.alipay.sofa.jraft.rhea.storage.StorageType;
import com.alipay.sofa.jraft.util.Endpoint;
import java.io.IOException;

/**
 * One store after RheaKV's example: one region in RocksDB, no placement driver. Its Raft log is
 * forced to disk before an entry counts (RaftOptions.sync, the default); RocksDB itself is not, for
 * the log has it all.
 */
public final class RheaKvServer {
  static final String CLUSTER = "compare";

  private RheaKvServer() {}

  /**
   * Runs until the input ends.
   *
   * @param args its port, all stores as "host:port" with commas between, its directory
   */
  public static void main(String[] args) throws IOException {
    DefaultRheaKVStore store = new DefaultRheaKVStore();
    if (!store.init(options(Integer.parseInt(args[0]), args[1], args[2]))) {
      throw new IllegalStateException("RheaKV did not start");
    }
    while (System.in.read() >= 0) {}
    Runtime.getRuntime().halt(0);
  }

  private static RheaKVStoreOptions options(int port, String all, String directory) {
    StoreEngineOptions engine =
        StoreEngineOptionsConfigured.newConfigured()
            .withStorageType(StorageType.RocksDB)
            .withRocksDBOptions(
                RocksDBOptionsConfigured.newConfigured().withDbPath(directory + "/db").config())
            .withRaftDataPath(directory + "/raft")
            .withServerAddress(new Endpoint("127.0.0.1", port))
            .config();
    return RheaKVStoreOptionsConfigured.newConfigured()
        .withClusterName(CLUSTER)
        .withInitialServerList(all)
        .withStoreEngineOptions(engine)
        .withPlacementDriverOptions(
            PlacementDriverOptionsConfigured.newConfigured().withFake(true).config())
        // As in RheaKV's own benchmark.
        .withUseParallelKVExecutor(false)
        .config();
  }
}
