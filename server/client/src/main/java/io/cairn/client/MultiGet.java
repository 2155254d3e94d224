package io.cairn.client;

import com.google.protobuf.ByteString;
import io.cairn.api.Sharding;
import io.cairn.v1.MultiGetRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads several keys; the values come in the keys' order, whichever nodes they are on. */
final class MultiGet
    extends ScatteredCall<List<@Nullable VersionedValue>, List<@Nullable VersionedValue>> {

  private final ConsistencyLevel level;
  private final ByteString[] keys;
  private final long[] hashes;
  private final @Nullable VersionedValue[] values;
  private int shardCount;

  MultiGet(Connection connection, List<byte[]> keys, ConsistencyLevel level) {
    super(connection, level == ConsistencyLevel.STRONG);
    this.level = level;
    this.keys = new ByteString[keys.size()];
    this.hashes = new long[keys.size()];
    this.values = new VersionedValue[keys.size()];
    for (int i = 0; i < this.keys.length; i++) {
      byte[] key = keys.get(i);
      this.keys[i] = ByteString.copyFrom(key);
      this.hashes[i] = Sharding.hashOf(key);
    }
  }

  @Override
  Collection<Integer> shards(ShardMap map) {
    shardCount = map.shardCount();
    Set<Integer> shards = new TreeSet<>();
    for (long hash : hashes) {
      shards.add(Sharding.shardOf(hash, shardCount));
    }
    return shards.isEmpty() ? Set.of(0) : shards;
  }

  /** Which of the keys are in these shards. */
  private List<Integer> indexes(List<Integer> shards) {
    Set<Integer> wanted = new HashSet<>(shards);
    List<Integer> indexes = new ArrayList<>();
    for (int i = 0; i < keys.length; i++) {
      if (wanted.contains(Sharding.shardOf(hashes[i], shardCount))) {
        indexes.add(i);
      }
    }
    return indexes;
  }

  @Override
  UnaryCall<?, ?, List<@Nullable VersionedValue>> part(
      ShardMap map, List<Integer> shards, long partStartNanos) {
    MultiGetRequest.Builder request =
        MultiGetRequest.newBuilder().setConsistency(AsyncCairnClient.toWire(level));
    indexes(shards).forEach(i -> request.addKeys(keys[i]));
    return new PartCall<>(
        connection,
        Rpc.MULTI_GET,
        request.build(),
        partStartNanos,
        shards,
        level == ConsistencyLevel.STRONG);
  }

  @Override
  void collect(List<Integer> shards, List<@Nullable VersionedValue> answer) {
    List<Integer> indexes = indexes(shards);
    for (int i = 0; i < indexes.size(); i++) {
      values[indexes.get(i)] = answer.get(i);
    }
  }

  @Override
  List<@Nullable VersionedValue> result() {
    return Collections.unmodifiableList(Arrays.asList(values));
  }
}
