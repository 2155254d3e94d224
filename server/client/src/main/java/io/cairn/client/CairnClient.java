package io.cairn.client;

import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.v1.ChangeRequest;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.StatusResponse;
import io.cairn.v1.WriteOutcome;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A client of a Cairn cluster, which may be a single node: bytes in, bytes out, every call with a
 * deadline. It finds the nodes and the leaders of shards by itself, and follows them through a
 * failover. {@link DistributedKVStore} is the same for text.
 *
 * <p>The methods here block until the answer; {@link #async} has those that do not. A failed call
 * is repeated while that is safe and the deadline allows it: reads always, writes under an id by
 * which the node recognises a repetition. What then still fails is a {@link CairnException}. An
 * interrupted thread gets one with the reason CANCELLED, keeps its interrupt flag, and the call is
 * cancelled.
 *
 * <p>Keys have 1 byte to the node's limit (64 KiB by default), values 0 bytes to the limit (1 MiB).
 * Arrays handed in are copied. Calls that name no {@link ConsistencyLevel} have the client's
 * default, STRONG unless the builder says otherwise. Thread-safe; one client a program is enough.
 */
public final class CairnClient implements AutoCloseable {

  private final Connection connection;
  private final AsyncCairnClient async;

  CairnClient(Connection connection) {
    this.connection = connection;
    this.async = new AsyncCairnClient(connection);
  }

  /**
   * A client with the default settings. Connects with the first call.
   *
   * @param endpoints "host:port,host:port"; a missing port is 7400
   * @throws IllegalArgumentException when an endpoint is malformed
   */
  public static CairnClient connect(String endpoints) {
    return builder().endpoints(endpoints).build();
  }

  /** Starts a client with settings of its own. */
  public static CairnClientBuilder builder() {
    return new CairnClientBuilder();
  }

  /** The same client without blocking. */
  public AsyncCairnClient async() {
    return async;
  }

  /** The value of a key, null when it does not exist. */
  public @Nullable VersionedValue get(byte[] key) {
    return await(async.get(key), false);
  }

  /** The value of a key, null when it does not exist. */
  public @Nullable VersionedValue get(byte[] key, ConsistencyLevel level) {
    return await(async.get(key, level), false);
  }

  /** The values of several keys in the same order, null for those that do not exist. */
  public List<@Nullable VersionedValue> multiGet(List<byte[]> keys) {
    return await(async.multiGet(keys), false);
  }

  /**
   * The values of several keys in the same order, null for those that do not exist.
   *
   * @param keys at most as many as the node's limits allow, 1,000 by default
   */
  public List<@Nullable VersionedValue> multiGet(List<byte[]> keys, ConsistencyLevel level) {
    return await(async.multiGet(keys, level), false);
  }

  /** Whether a key exists. */
  public boolean exists(byte[] key) {
    return await(async.exists(key), false);
  }

  /** Whether a key exists. */
  public boolean exists(byte[] key, ConsistencyLevel level) {
    return await(async.exists(key, level), false);
  }

  /** Sets a key to a value, which may be empty; returns the key's version from now on. */
  public long put(byte[] key, byte[] value) {
    return await(async.put(key, value), true);
  }

  /** Sets a key to a value, which may be empty; returns the key's version from now on. */
  public long put(byte[] key, byte[] value, ConsistencyLevel level) {
    return await(async.put(key, value, level), true);
  }

  /** Deletes a key; returns the version of the deletion, also when the key did not exist. */
  public long delete(byte[] key) {
    return await(async.delete(key), true);
  }

  /** Deletes a key; returns the version of the deletion, also when the key did not exist. */
  public long delete(byte[] key, ConsistencyLevel level) {
    return await(async.delete(key, level), true);
  }

  /** Deletes every key, at the client's default level. */
  public void clear() {
    clear(KeyRange.all(), connection.options().defaultLevel());
  }

  /**
   * Deletes every key of a range.
   *
   * @see AsyncCairnClient#clear
   */
  public void clear(KeyRange range, ConsistencyLevel level) {
    await(async.clear(range, level), true);
  }

  /**
   * Entries in key order, fetched as they are read. When the connection breaks the scan goes on
   * behind the last entry by itself, on what is there then: it sees each shard at one point in time
   * only as long as it is not interrupted. Close it unless it is read to its end.
   */
  public CloseableIterator<KeyValue> scan(ScanOptions options) {
    return new ResumingScan<>(connection, ScanRpc.SCAN, options);
  }

  /** Keys in key order; otherwise like {@link #scan}, and cheaper. */
  public CloseableIterator<byte[]> keys(ScanOptions options) {
    return new ResumingScan<>(connection, ScanRpc.KEYS, options);
  }

  /** How the node is that the client talks to, and its limits. */
  public StatusResponse status() {
    return await(async.status(), false);
  }

  /** What the cluster has agreed on: its nodes, and who leads which shard. */
  public DescribeResponse describe() {
    return await(async.describe(), false);
  }

  /**
   * Changes what the cluster has agreed on, for its operators.
   *
   * @see AsyncCairnClient#change
   */
  public long change(ChangeRequest request) {
    return await(async.change(request), true);
  }

  private static <T extends @Nullable Object> T await(CompletableFuture<T> future, boolean write) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CairnException cairn) {
        cairn.fillInStackTrace(); // the caller's, not the event loop's
        throw cairn;
      }
      throw new IllegalStateException("A call failed in an unforeseen way.", e.getCause());
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw interrupted(write, e);
    } catch (CancellationException e) {
      throw interrupted(write, e);
    }
  }

  private static CairnException interrupted(boolean write, Exception cause) {
    FailureStatus status =
        FailureStatus.ofRead(
            Failure.CANCELLED,
            write
                ? "The thread was interrupted while it waited; the write may or may not have been"
                    + " applied."
                : "The thread was interrupted while it waited.");
    return CairnException.of(
        write ? status.withWriteOutcome(WriteOutcome.WRITE_OUTCOME_UNKNOWN) : status, cause);
  }

  /**
   * Cancels what is under way and closes the connections. Calls afterwards fail with CLIENT_CLOSED.
   * Closing twice is allowed.
   */
  @Override
  public void close() {
    connection.close();
  }
}
