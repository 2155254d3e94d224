package io.cairn.benchmarks.ycsb;

import io.cairn.client.CairnClient;
import io.cairn.client.CairnException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import site.ycsb.DBException;

/**
 * The client of all threads of YCSB that have the same settings: closed when the last has closed
 * it. Thread-safe.
 */
final class SharedClient implements AutoCloseable {

  /** Many more than there are threads, so that two keys seldom share one. */
  private static final int LOCKS = 1 << 16;

  private static final Map<Settings, SharedClient> OPEN = new HashMap<>();

  private final Settings settings;
  private final CairnClient client;
  private final Object[] locks = new Object[LOCKS];
  private int users;

  private SharedClient(Settings settings, CairnClient client) {
    this.settings = settings;
    this.client = client;
    Arrays.setAll(locks, i -> new Object());
  }

  /**
   * @throws DBException when the settings cannot be used or no node answers
   */
  static SharedClient open(Settings settings) throws DBException {
    synchronized (OPEN) {
      SharedClient shared = OPEN.get(settings);
      if (shared == null) {
        shared = new SharedClient(settings, connect(settings));
        OPEN.put(settings, shared);
      }
      shared.users++;
      return shared;
    }
  }

  /** The client connects with its first call: better now than in what is measured. */
  private static CairnClient connect(Settings settings) throws DBException {
    CairnClient client = settings.connect();
    try {
      client.status();
      return client;
    } catch (CairnException e) {
      client.close();
      throw new DBException("No node answers at " + settings.endpoints() + ".", e);
    }
  }

  CairnClient client() {
    return client;
  }

  /** What a writer of this key holds, so that no other writer of this program comes between. */
  Object lockOf(byte[] key) {
    int hash = Arrays.hashCode(key);
    return locks[(hash ^ (hash >>> 16)) & (LOCKS - 1)];
  }

  @Override
  public void close() {
    synchronized (OPEN) {
      users--;
      if (users == 0) {
        OPEN.remove(settings);
        client.close();
      }
    }
  }
}
