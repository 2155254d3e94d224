package io.cairn.client;

import com.google.protobuf.ByteString;
import io.cairn.api.Sharding;
import io.cairn.v1.ChangeRequest;
import io.cairn.v1.Consistency;
import io.cairn.v1.DeleteRequest;
import io.cairn.v1.DescribeRequest;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.ExistsRequest;
import io.cairn.v1.GetRequest;
import io.cairn.v1.PutRequest;
import io.cairn.v1.StatusRequest;
import io.cairn.v1.StatusResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The asynchronous view of a {@link CairnClient}. No call ever blocks: beyond the client's limit of
 * outstanding calls the future fails at once with a retryable {@link UnavailableException}
 * (TOO_MANY_OUTSTANDING). It does not wait for room, because a call made from a callback would then
 * hold up the very thread that makes room.
 *
 * <p>Futures complete on the connection's event loop, with {@link CairnException} when they fail.
 * What hangs on them must not block; hand longer work to a pool of your own ({@code
 * thenApplyAsync}). Cancelling a future cancels the call; a write that was sent may still be
 * applied. Arrays are copied. Thread-safe.
 */
public final class AsyncCairnClient {

  private final Connection connection;

  AsyncCairnClient(Connection connection) {
    this.connection = connection;
  }

  /** The value of a key, null when it does not exist. */
  public CompletableFuture<@Nullable VersionedValue> get(byte[] key) {
    return get(key, connection.options().defaultLevel());
  }

  /** The value of a key, null when it does not exist. */
  public CompletableFuture<@Nullable VersionedValue> get(byte[] key, ConsistencyLevel level) {
    return connection.call(
        Rpc.GET,
        GetRequest.newBuilder()
            .setKey(ByteString.copyFrom(key))
            .setConsistency(toWire(level))
            .build(),
        Sharding.hashOf(key),
        level == ConsistencyLevel.STRONG);
  }

  /** The values of several keys in the same order, null for those that do not exist. */
  public CompletableFuture<List<@Nullable VersionedValue>> multiGet(List<byte[]> keys) {
    return multiGet(keys, connection.options().defaultLevel());
  }

  /**
   * The values of several keys in the same order, null for those that do not exist.
   *
   * @param keys at most as many as the node's limits allow, 1,000 by default
   */
  public CompletableFuture<List<@Nullable VersionedValue>> multiGet(
      List<byte[]> keys, ConsistencyLevel level) {
    return new MultiGet(connection, keys, level).start();
  }

  /** Whether a key exists. */
  public CompletableFuture<Boolean> exists(byte[] key) {
    return exists(key, connection.options().defaultLevel());
  }

  /** Whether a key exists. */
  public CompletableFuture<Boolean> exists(byte[] key, ConsistencyLevel level) {
    return connection.call(
        Rpc.EXISTS,
        ExistsRequest.newBuilder()
            .setKey(ByteString.copyFrom(key))
            .setConsistency(toWire(level))
            .build(),
        Sharding.hashOf(key),
        level == ConsistencyLevel.STRONG);
  }

  /** Sets a key to a value; the key's version from now on. */
  public CompletableFuture<Long> put(byte[] key, byte[] value) {
    return put(key, value, connection.options().defaultLevel());
  }

  /** Sets a key to a value, which may be empty; the key's version from now on. */
  public CompletableFuture<Long> put(byte[] key, byte[] value, ConsistencyLevel level) {
    ByteString keyBytes = ByteString.copyFrom(key);
    ByteString valueBytes = ByteString.copyFrom(value);
    Consistency consistency = toWire(level);
    return connection.write(
        Rpc.PUT,
        keyBytes,
        Sharding.hashOf(key),
        value.length,
        id ->
            PutRequest.newBuilder()
                .setKey(keyBytes)
                .setValue(valueBytes)
                .setConsistency(consistency)
                .setWriteId(id)
                .build());
  }

  /** Deletes a key; the version of the deletion, also when the key did not exist. */
  public CompletableFuture<Long> delete(byte[] key) {
    return delete(key, connection.options().defaultLevel());
  }

  /** Deletes a key; the version of the deletion, also when the key did not exist. */
  public CompletableFuture<Long> delete(byte[] key, ConsistencyLevel level) {
    ByteString keyBytes = ByteString.copyFrom(key);
    Consistency consistency = toWire(level);
    return connection.write(
        Rpc.DELETE,
        keyBytes,
        Sharding.hashOf(key),
        0,
        id ->
            DeleteRequest.newBuilder()
                .setKey(keyBytes)
                .setConsistency(consistency)
                .setWriteId(id)
                .build());
  }

  /**
   * Deletes every key of a range. Each shard is cleared at one point of its own log; writes made
   * meanwhile are not ordered with the whole. Sent again only when the node says that nothing was
   * done, because a repetition would also delete what was written in between: after {@link
   * OutcomeUnknownException} some shards may be cleared, and clearing again is for the caller to
   * decide.
   */
  public CompletableFuture<@Nullable Void> clear(KeyRange range, ConsistencyLevel level) {
    return new Clear(connection, range, level).start();
  }

  /** How a node is, and its limits: any node of the cluster, the one that the client prefers. */
  public CompletableFuture<StatusResponse> status() {
    return connection.call(
        Rpc.STATUS, StatusRequest.getDefaultInstance(), RoutedCall.NO_SHARD, false);
  }

  /** What the cluster has agreed on, as far as the node knows that the client prefers. */
  public CompletableFuture<DescribeResponse> describe() {
    return connection.call(
        Rpc.DESCRIBE, DescribeRequest.getDefaultInstance(), RoutedCall.NO_SHARD, false);
  }

  /**
   * Changes what the cluster has agreed on, for its operators. Returns the version of what is then
   * agreed on. Sent again only when the node says that nothing was done; after {@link
   * OutcomeUnknownException} see {@link #describe} before asking again.
   */
  public CompletableFuture<Long> change(ChangeRequest request) {
    return connection.call(Rpc.CHANGE, request, RoutedCall.NO_SHARD, false);
  }

  static Consistency toWire(ConsistencyLevel level) {
    return switch (level) {
      case STRONG -> Consistency.CONSISTENCY_STRONG;
      case EVENTUAL -> Consistency.CONSISTENCY_EVENTUAL;
    };
  }
}
