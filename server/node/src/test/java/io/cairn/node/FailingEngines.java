package io.cairn.node;

import io.cairn.node.config.NodeConfig;
import io.cairn.node.data.DataDirectory;
import io.cairn.node.shard.Engines;
import io.cairn.replication.core.ReplicaLog;
import io.cairn.storage.KeyValueStore;
import io.cairn.storage.StoreException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The real log and store, which a test can make fail or stall. */
final class FailingEngines implements Engines {
  private final DiskEngines real;
  private volatile boolean forceFails;
  private volatile CountDownLatch forceWaits = new CountDownLatch(0);
  private volatile StoreException.@Nullable Category applyFails;
  private volatile Runnable onRefusedApply = () -> {};
  private final AtomicInteger appliesToFail = new AtomicInteger();

  FailingEngines(DataDirectory directory, NodeConfig config) {
    real = new DiskEngines(directory, config);
  }

  void failForces() {
    forceFails = true;
  }

  /** Holds every force until the latch is open. */
  void holdForces(CountDownLatch until) {
    forceWaits = until;
  }

  /** Null lets the store take writes again. */
  void failApplies(StoreException.@Nullable Category category) {
    appliesToFail.set(Integer.MAX_VALUE);
    applyFails = category;
  }

  /** As {@link #failApplies}, until it was refused so many times. */
  void failApplies(StoreException.Category category, int times) {
    appliesToFail.set(times);
    applyFails = category;
  }

  /** As {@link #failApplies}, and runs this whenever it refuses, on the thread that is refused. */
  void failApplies(StoreException.Category category, Runnable onRefusal) {
    onRefusedApply = onRefusal;
    failApplies(category);
  }

  boolean appliesFail() {
    return applyFails != null;
  }

  private void maybeFailApply() {
    StoreException.Category category = applyFails;
    if (category != null) {
      if (appliesToFail.decrementAndGet() == 0) {
        applyFails = null;
      }
      onRefusedApply.run();
      throw new StoreException(category, "planted: the store is " + category);
    }
  }

  @Override
  public KeyValueStore openStore(int shard) {
    return wrap(KeyValueStore.class, real.openStore(shard));
  }

  @Override
  public ReplicaLog openLog(int shard) {
    return wrap(ReplicaLog.class, real.openLog(shard));
  }

  private <T> T wrap(Class<T> port, T wrapped) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> {
              if (method.getName().equals("force")) {
                forceWaits.await();
                if (forceFails) {
                  throw new ReplicaLog.LogFailedException("planted: the disk refuses to sync");
                }
              }
              if (method.getName().equals("apply")) {
                maybeFailApply();
              }
              try {
                return method.invoke(wrapped, arguments);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            }));
  }

  @Override
  public void close() {
    real.close();
  }
}
