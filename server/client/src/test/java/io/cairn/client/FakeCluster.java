package io.cairn.client;

import com.google.protobuf.ByteString;
import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.api.Sharding;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.Limits;
import io.cairn.v1.NodeDescription;
import io.cairn.v1.ResponseHeader;
import io.cairn.v1.ShardDescription;
import io.cairn.v1.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * What fake nodes have agreed on, and the data that all of them hold, each on threads of its own.
 */
final class FakeCluster {

  static final int NOBODY = -1;

  final List<FakeNode> nodes = new ArrayList<>();
  final NavigableMap<ByteString, Value> data =
      new ConcurrentSkipListMap<>(ByteString.unsignedLexicographicalComparator());

  /** Versions of the writes that were applied, by client id and sequence. */
  final Map<List<Long>, Long> done = new ConcurrentHashMap<>();

  long version = 1;
  private final int[] leaders;
  private final long[] epochs;

  /** All shards are led by the first node. */
  FakeCluster(int shards) {
    leaders = new int[shards];
    epochs = new long[shards];
    Arrays.fill(epochs, 1);
  }

  /** A node leads a shard from now on, and whoever is asked knows. */
  void lead(int shard, int node) {
    leaders[shard] = node;
    epochs[shard]++;
    version++;
  }

  void leadAll(int node) {
    for (int shard = 0; shard < leaders.length; shard++) {
      lead(shard, node);
    }
  }

  int shardOf(ByteString key) {
    return Sharding.shardOf(key.toByteArray(), leaders.length);
  }

  int shardCount() {
    return leaders.length;
  }

  boolean leads(FakeNode node, int shard) {
    return leaders[shard] == nodes.indexOf(node);
  }

  /** What a node says that does not lead a shard. */
  FailureStatus notLeader(int shard) {
    int leader = leaders[shard];
    return leader == NOBODY
        ? FakeNode.status(Failure.NOT_LEADER)
        : hint(nodes.get(leader).address, leader + 1, epochs[shard]);
  }

  static FailureStatus hint(String address, int nodeId, long epoch) {
    return FakeNode.status(Failure.NOT_LEADER)
        .withMetadata(
            Map.of(
                "leader",
                address,
                "leader-node",
                Integer.toString(nodeId),
                "epoch",
                Long.toString(epoch)));
  }

  /** Node ids count from 1. */
  DescribeResponse describe(FakeNode by) {
    DescribeResponse.Builder answer =
        DescribeResponse.newBuilder()
            .setHeader(
                ResponseHeader.newBuilder()
                    .setClusterId(by.clusterId)
                    .setNodeId(Integer.toString(nodes.indexOf(by) + 1)))
            .setVersion(version)
            .setLimits(
                Limits.newBuilder().setMaxKeyBytes(64 << 10).setMaxValueBytes(by.maxValueBytes));
    for (int node = 0; node < nodes.size(); node++) {
      answer.addNodes(
          NodeDescription.newBuilder()
              .setNodeId(node + 1)
              .setClientAddress(nodes.get(node).address)
              .setAlive(true));
    }
    for (int shard = 0; shard < leaders.length; shard++) {
      ShardDescription.Builder described =
          ShardDescription.newBuilder()
              .setShard(shard)
              .setLeader(leaders[shard] + 1)
              .setEpoch(epochs[shard])
              .setHighWatermark(by.offset);
      for (int node = 0; node < nodes.size(); node++) {
        described.addReplicas(node + 1);
      }
      answer.addShards(described);
    }
    return answer.build();
  }
}
