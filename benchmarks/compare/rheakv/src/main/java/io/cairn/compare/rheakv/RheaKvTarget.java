package io.cairn.compare.rheakv;

import com.alipay.sofa.jraft.rhea.client.DefaultRheaKVStore;
import com.alipay.sofa.jraft.rhea.client.RheaKVStore;
import com.alipay.sofa.jraft.rhea.options.RheaKVStoreOptions;
import com.alipay.sofa.jraft.rhea.options.RpcOptions;
import com.alipay.sofa.jraft.rhea.options.configured.BatchingOptionsConfigured;
import com.alipay.sofa.jraft.rhea.options.configured.MultiRegionRouteTableOptionsConfigured;
import com.alipay.sofa.jraft.rhea.options.configured.PlacementDriverOptionsConfigured;
import com.alipay.sofa.jraft.rhea.options.configured.RheaKVStoreOptionsConfigured;
import com.alipay.sofa.jraft.rhea.options.configured.RpcOptionsConfigured;
import io.cairn.compare.client.Call;
import io.cairn.compare.client.Client;
import io.cairn.compare.client.Operation;
import io.cairn.compare.client.Target;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * RheaKV through its own client, which gathers requests into batches by default; with the variant
 * "unbatched" each is a request of its own. Reads go to the leader, the default.
 */
public final class RheaKvTarget implements Target {
  /** What its configuration calls the region of a cluster that has one. */
  private static final long ONLY_REGION = -1;

  private static final long WAIT_SECONDS = 5;

  private final RheaKVStore store = new DefaultRheaKVStore();

  private RheaKvTarget(List<String> endpoints, String variant) {
    if (!store.init(options(String.join(",", endpoints), !variant.equals("unbatched")))) {
      throw new IllegalStateException("the client of RheaKV did not start");
    }
  }

  /** The process of a client. */
  public static void main(String[] args) throws Exception {
    Client.run(args, RheaKvTarget::new);
  }

  private static RheaKVStoreOptions options(String all, boolean batching) {
    // Answers on the connection's thread, as in RheaKV's own benchmark.
    RpcOptions rpc = RpcOptionsConfigured.newDefaultConfig();
    rpc.setCallbackExecutorCorePoolSize(0);
    rpc.setCallbackExecutorMaximumPoolSize(0);
    return RheaKVStoreOptionsConfigured.newConfigured()
        .withClusterName(RheaKvServer.CLUSTER)
        .withInitialServerList(all)
        .withPlacementDriverOptions(
            PlacementDriverOptionsConfigured.newConfigured()
                .withFake(true)
                .withRegionRouteTableOptionsList(
                    MultiRegionRouteTableOptionsConfigured.newConfigured()
                        .withInitialServerList(ONLY_REGION, all)
                        .config())
                .config())
        .withRpcOptions(rpc)
        .withBatchingOptions(
            BatchingOptionsConfigured.newConfigured().withAllowBatching(batching).config())
        .config();
  }

  @Override
  public Call call(Operation operation) {
    return switch (operation) {
      case STRONG_PUT ->
          (key, value, answer) -> answer.from(store.put(key, value), Boolean.TRUE::equals);
      case STRONG_GET -> get(true);
      case EVENTUAL_GET -> get(false);
      case EVENTUAL_PUT -> throw new IllegalArgumentException("RheaKV has no weaker put");
    };
  }

  private Call get(boolean readOnlySafe) {
    return (key, value, answer) ->
        answer.from(store.get(key, readOnlySafe), found -> found != null);
  }

  @Override
  public boolean isReady() throws Exception {
    return store.put(new byte[] {'r'}, new byte[] {'r'}).get(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    store.shutdown();
  }
}
