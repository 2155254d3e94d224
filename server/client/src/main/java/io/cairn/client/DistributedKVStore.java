package io.cairn.client;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A durable key-value store of text: keys and values are strings, stored as UTF-8.
 *
 * <p>{@link #DistributedKVStore()} and {@link #open} run a node inside this program, {@link
 * #connect} uses nodes that run elsewhere; what the methods promise is the same. A write that has
 * returned is on disk, so nothing is lost when a program ends without closing its store. Threads of
 * the store do not keep the JVM alive.
 *
 * <p>Calls that name no {@link ConsistencyLevel} are STRONG. What fails throws {@link
 * CairnException}; a string with half a surrogate pair is refused with {@link
 * InvalidRequestException}, because it has no UTF-8. Null arguments are refused with {@link
 * NullPointerException}. Thread-safe.
 */
public final class DistributedKVStore implements AutoCloseable {

  private final CairnClient client;
  private final Runnable onClose;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Opens the store in this machine user's default directory: the environment variable
   * CAIRN_DATA_DIR, else the system property cairn.data.dir, else .cairn/embedded in the user's
   * home. Stores of one program on the same directory share one node; another program cannot use
   * the directory at the same time.
   *
   * @throws IllegalStateException when the artifact io.cairn:cairn-server-node is not on the class
   *     path
   */
  public DistributedKVStore() {
    this(EmbeddedNodes.acquire(EmbeddedNodes.defaultDirectory()));
  }

  private DistributedKVStore(EmbeddedNodes.Shared shared) {
    this(shared.client(), () -> EmbeddedNodes.release(shared));
  }

  private DistributedKVStore(CairnClient client, Runnable onClose) {
    this.client = client;
    this.onClose = onClose;
  }

  /**
   * Opens the store in a directory, otherwise like {@link #DistributedKVStore()}.
   *
   * @param dataDirectory created when it does not exist
   * @throws IllegalStateException when the artifact io.cairn:cairn-server-node is not on the class
   *     path
   */
  public static DistributedKVStore open(Path dataDirectory) {
    return new DistributedKVStore(EmbeddedNodes.acquire(dataDirectory));
  }

  /**
   * Uses nodes that run elsewhere; connects with the first call. Of a cluster one that can be
   * reached is enough: it tells of the others.
   *
   * @param endpoints "host:port,host:port"; a missing port is 7400
   * @throws IllegalArgumentException when an endpoint is malformed
   */
  public static DistributedKVStore connect(String endpoints) {
    return over(CairnClient.connect(endpoints));
  }

  /** Uses a client with settings of its own, and closes it when the store is closed. */
  public static DistributedKVStore over(CairnClient client) {
    return new DistributedKVStore(client, client::close);
  }

  /** Sets a key to a value. */
  public void put(String key, String value) {
    put(key, value, ConsistencyLevel.STRONG);
  }

  /**
   * Sets a key to a value.
   *
   * @param key not empty, at most 64 KiB as UTF-8 unless the node is configured otherwise
   * @param value may be empty; at most 1 MiB as UTF-8 unless the node is configured otherwise
   */
  public void put(String key, String value, ConsistencyLevel level) {
    client.put(Text.encode("key", key), Text.encode("value", value), level);
  }

  /**
   * The value of a key, or null when the key does not exist.
   *
   * @throws InvalidRequestException when the value was not written as text
   */
  public @Nullable String get(String key) {
    return get(key, ConsistencyLevel.STRONG);
  }

  /**
   * The value of a key, or null when the key does not exist.
   *
   * @throws InvalidRequestException when the value was not written as text
   */
  public @Nullable String get(String key, ConsistencyLevel level) {
    VersionedValue value = client.get(Text.encode("key", key), level);
    return value == null ? null : Text.decode("value", value.value());
  }

  /** Whether a key exists. */
  public boolean exists(String key) {
    return exists(key, ConsistencyLevel.STRONG);
  }

  /** Whether a key exists. */
  public boolean exists(String key, ConsistencyLevel level) {
    return client.exists(Text.encode("key", key), level);
  }

  /** Deletes a key; does nothing when it does not exist. */
  public void delete(String key) {
    delete(key, ConsistencyLevel.STRONG);
  }

  /** Deletes a key; does nothing when it does not exist. */
  public void delete(String key, ConsistencyLevel level) {
    client.delete(Text.encode("key", key), level);
  }

  /** Deletes every key. */
  public void clear() {
    clear(ConsistencyLevel.STRONG);
  }

  /**
   * Deletes every key. Writes made meanwhile may or may not be deleted with them.
   *
   * @throws OutcomeUnknownException when it may have been done in part; call it again to be sure
   */
  public void clear(ConsistencyLevel level) {
    client.clear(KeyRange.all(), level);
  }

  /**
   * Every key in order, as one set in memory, which is the caller's own. It reads all keys from the
   * node, so it takes time and memory in proportion to their number: for more than some hundred
   * thousand use {@link #keyStream}.
   *
   * @throws InvalidRequestException when a key was not written as text
   */
  public Set<String> keys() {
    Set<String> keys = new LinkedHashSet<>();
    try (CloseableIterator<byte[]> iterator = client.keys(allStrong())) {
      iterator.forEachRemaining(key -> keys.add(Text.decode("key", key)));
    }
    return keys;
  }

  /**
   * Every key in order, fetched while it is read, in a bounded amount of memory. Must be closed:
   *
   * <pre>{@code
   * try (Stream<String> keys = store.keyStream()) {
   *   keys.filter(key -> key.startsWith("user/")).forEach(System.out::println);
   * }
   * }</pre>
   *
   * <p>Reading it throws {@link InvalidRequestException} when a key was not written as text.
   */
  public Stream<String> keyStream() {
    return client.keys(allStrong()).stream().map(key -> Text.decode("key", key));
  }

  private static ScanOptions allStrong() {
    return ScanOptions.all().at(ConsistencyLevel.STRONG);
  }

  /** The same store as bytes; closed with this. */
  public CairnClient client() {
    return client;
  }

  /**
   * Lets go of the store. The embedded node stops when the last store on its directory is closed.
   * Closing twice is allowed.
   */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      onClose.run();
    }
  }
}
