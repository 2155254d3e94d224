package io.cairn.node.shard;

import io.cairn.replication.core.ReplicaLog;
import io.cairn.replication.journal.ChronicleLog;
import io.cairn.replication.journal.JournalOptions;
import io.cairn.storage.KeyValueStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;

/** One shard with a real log and the store that a test gives. */
class TestEngines implements Engines {
  private final Path logDirectory;
  private final KeyValueStore store;

  TestEngines(Path logDirectory, KeyValueStore store) {
    this.logDirectory = logDirectory;
    this.store = store;
  }

  /** The store, in which something comes before each call of one method. */
  static KeyValueStore before(KeyValueStore store, String method, Runnable comes) {
    return (KeyValueStore)
        Proxy.newProxyInstance(
            KeyValueStore.class.getClassLoader(),
            new Class<?>[] {KeyValueStore.class},
            (proxy, called, arguments) -> {
              if (called.getName().equals(method)) {
                comes.run();
              }
              try {
                return called.invoke(store, arguments);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            });
  }

  @Override
  public KeyValueStore openStore(int shard) {
    return store;
  }

  @Override
  public ReplicaLog openLog(int shard) {
    return ChronicleLog.open(
        logDirectory, new JournalOptions(32 << 20, 32 << 20, 4 << 20, 0, 16 << 20, 4 << 20, 0));
  }

  @Override
  public void close() {}
}
