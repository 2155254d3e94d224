package io.cairn.node;

import io.cairn.node.config.NodeConfig;
import io.cairn.node.data.DataDirectory;
import io.cairn.node.shard.Engines;
import io.cairn.replication.core.LogSpace;
import io.cairn.replication.core.ReplicaLog;
import io.cairn.storage.KeyValueStore;
import io.cairn.storage.StoreCursor;
import io.cairn.storage.StoreException;
import io.cairn.storage.StoredRecord;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The real log and store, which a test can make fail or stall. */
final class FailingEngines implements Engines {
  private final DiskEngines real;
  private volatile boolean forceFails;
  private volatile boolean logFailed;
  private volatile CountDownLatch forceWaits = new CountDownLatch(0);
  private volatile CountDownLatch readWaits = new CountDownLatch(0);
  private volatile StoreException.@Nullable Category applyFails;
  private volatile Runnable onRefusedApply = () -> {};
  private final AtomicInteger appliesToFail = new AtomicInteger();
  private volatile boolean cursorFails;
  private volatile @Nullable LogSpace space;
  private final AtomicInteger openCursors = new AtomicInteger();

  private FailingEngines(DataDirectory directory, NodeConfig config) {
    real = new DiskEngines(directory, config);
  }

  /**
   * Starts a node on such engines.
   *
   * @param engines is given them before they open anything
   */
  static CairnNode start(
      Path directory, Map<String, String> settings, AtomicReference<FailingEngines> engines) {
    return start(directory, settings, engines, failing -> {});
  }

  /**
   * As the other {@link #start}.
   *
   * @param plant makes them fail from the start
   */
  static CairnNode start(
      Path directory,
      Map<String, String> settings,
      AtomicReference<FailingEngines> engines,
      Consumer<FailingEngines> plant) {
    return CairnNode.start(
        TestNodes.config(directory, settings),
        NettyTransport::new,
        (opened, config) -> {
          FailingEngines failing = new FailingEngines(opened, config);
          engines.set(failing);
          plant.accept(failing);
          return failing;
        });
  }

  void failForces() {
    forceFails = true;
  }

  /** Holds every force until the latch is open. */
  void holdForces(CountDownLatch until) {
    forceWaits = until;
  }

  /** Holds every read of the store that may go to the disk until the latch is open. */
  void holdReads(CountDownLatch until) {
    readWaits = until;
  }

  /** Makes every cursor of a store fail at its first step. */
  void failCursors() {
    cursorFails = true;
  }

  /** Cursors of stores that are not closed. */
  int openCursors() {
    return openCursors.get();
  }

  /** What the logs say of their disk; null lets them say what is true. */
  void plantSpace(@Nullable LogSpace planted) {
    space = planted;
  }

  /** Lets the logs fail as one does whose background thread met an error. */
  void failLogsInBackground() {
    logFailed = true;
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
              LogSpace planted = space;
              if (method.getName().equals("space") && planted != null) {
                return planted;
              }
              beforeCall(method.getName());
              try {
                Object result = method.invoke(wrapped, arguments);
                return result instanceof StoreCursor cursor ? wrap(cursor) : result;
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            }));
  }

  private void beforeCall(String method) throws InterruptedException {
    switch (method) {
      case "force" -> {
        forceWaits.await();
        if (forceFails) {
          throw new ReplicaLog.LogFailedException("planted: the disk refuses to sync");
        }
      }
      case "get", "multiGet" -> readWaits.await();
      case "apply" -> maybeFailApply();
      case "checkUsable" -> {
        if (logFailed) {
          throw new ReplicaLog.LogFailedException("planted: the disk failed in the background");
        }
      }
      default -> {}
    }
  }

  private StoreCursor wrap(StoreCursor cursor) {
    openCursors.incrementAndGet();
    return new StoreCursor() {
      private boolean closed;

      @Override
      public boolean next() {
        if (cursorFails) {
          throw new StoreException(StoreException.Category.CORRUPTION, "planted: a damaged block");
        }
        return cursor.next();
      }

      @Override
      public byte[] key() {
        return cursor.key();
      }

      @Override
      public StoredRecord record() {
        return cursor.record();
      }

      @Override
      public long appliedOffset() {
        return cursor.appliedOffset();
      }

      @Override
      public void close() {
        cursor.close();
        if (!closed) {
          closed = true;
          openCursors.decrementAndGet();
        }
      }
    };
  }

  @Override
  public void close() {
    real.close();
  }
}
