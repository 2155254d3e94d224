package io.cairn.node.service;

import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.node.CairnVersion;
import io.cairn.node.config.NodeConfig;
import io.cairn.node.shard.Shard;
import io.cairn.node.shard.Shards;
import io.cairn.replication.core.ReplicaStatus;
import io.cairn.replication.core.metadata.MetadataQuorum;
import io.cairn.storage.StoreStatistics;
import io.cairn.v1.ChangeRequest;
import io.cairn.v1.ChangeResponse;
import io.cairn.v1.ClusterGrpc;
import io.cairn.v1.DescribeRequest;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.DiskStatus;
import io.cairn.v1.FollowerStatus;
import io.cairn.v1.Limits;
import io.cairn.v1.ResponseHeader;
import io.cairn.v1.ShardStatus;
import io.cairn.v1.StatusRequest;
import io.cairn.v1.StatusResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** The cluster service. Status asks file systems, and therefore is answered on a reader thread. */
public final class ClusterService extends ClusterGrpc.ClusterImplBase {
  /** Nodes will be numbered when there are several; until then each is alone. */
  private final NodeView node;

  private final Shards shards;
  private final Executor readers;

  public ClusterService(NodeView node, Shards shards, ReadPool pool) {
    this.node = node;
    this.shards = shards;
    this.readers = pool.readers();
  }

  @Override
  public void status(StatusRequest request, StreamObserver<StatusResponse> observer) {
    try {
      readers.execute(() -> answer(observer));
    } catch (RejectedExecutionException full) {
      observer.onError(
          FailureStatus.ofRead(Failure.OVERLOADED, "All reader threads are busy: try again later.")
              .toException());
    }
  }

  private void answer(StreamObserver<StatusResponse> observer) {
    try {
      observer.onNext(status());
      observer.onCompleted();
    } catch (IOException | RuntimeException failed) {
      observer.onError(Answers.of(failed).toException());
    }
  }

  private StatusResponse status() throws IOException {
    StatusResponse.Builder response =
        StatusResponse.newBuilder()
            .setHeader(header())
            .setVersion(CairnVersion.version())
            .setUptimeMillis(node.uptimeMillis())
            .setHealth(node.health())
            .addAllProblems(node.problems())
            .setDataDirectory(node.dataDirectory().toString())
            .setLimits(limits(node.config()))
            .setDisk(disk());
    for (Shard shard : shards.all()) {
      response.addShards(shardStatus(shard));
    }
    return response.build();
  }

  @Override
  public void describe(DescribeRequest request, StreamObserver<DescribeResponse> observer) {
    MetadataQuorum quorum = node.metadataQuorum();
    observer.onNext(
        ClusterDescription.of(
            quorum.current(), quorum.controllerOrNone(), header(), limits(node.config()), shards));
    observer.onCompleted();
  }

  @Override
  public void change(ChangeRequest request, StreamObserver<ChangeResponse> observer) {
    new OperatorChange(node.metadataQuorum(), header(), observer).begin(request);
  }

  private ResponseHeader header() {
    return ResponseHeader.newBuilder()
        .setClusterId(node.identity().clusterId())
        .setNodeId(Integer.toString(node.identity().nodeId()))
        .build();
  }

  private static Limits limits(NodeConfig config) {
    NodeConfig.Limits limits = config.limits();
    return Limits.newBuilder()
        .setMaxKeyBytes(limits.maxKeyBytes())
        .setMaxValueBytes(limits.maxValueBytes())
        .setMaxKeysPerRequest(limits.maxKeysPerRequest())
        .setMaxMessageBytes(limits.maxMessageBytes())
        .setMaxInFlightBytes(limits.maxInFlightBytes())
        .build();
  }

  private DiskStatus disk() throws IOException {
    FileStore fileStore = Files.getFileStore(node.dataDirectory());
    return DiskStatus.newBuilder()
        .setTotalBytes(fileStore.getTotalSpace())
        .setUsableBytes(fileStore.getUsableSpace())
        .setReserveBytes(node.config().diskReserveBytes(node.identity().shards()))
        .setFileSystem(fileStore.type())
        .build();
  }

  private static List<FollowerStatus> followers(ReplicaStatus status) {
    return status.followers().stream()
        .map(
            follower ->
                FollowerStatus.newBuilder()
                    .setNodeId(follower.nodeId())
                    .setInSync(follower.inSync())
                    .setConnected(follower.connected())
                    .setAckedOffset(follower.ackedOffset())
                    .setLagMillis(
                        follower.ackedOffset() >= status.logEndOffset()
                            ? 0
                            : follower.lagTicks() * Shards.TICK_MILLIS)
                    .build())
        .toList();
  }

  private static ShardStatus shardStatus(Shard shard) {
    ReplicaStatus status = shard.status();
    StoreStatistics store = shard.store().statistics();
    // From the smallest to the largest, so that they are in order although they move meanwhile.
    return ShardStatus.newBuilder()
        .setShard(shard.number())
        .setRole(status.role().name())
        .setEpoch(status.epoch())
        .setLogStartOffset(shard.log().startOffset())
        .setFlushedOffset(status.flushedOffset())
        .setAppliedOffset(status.appliedOffset())
        .setHighWatermark(status.highWatermark())
        .setDurableEndOffset(status.durableEndOffset())
        .setLogEndOffset(status.logEndOffset())
        .setLogBytes(shard.log().sizeBytes())
        .setStoreBytes(store.diskBytes())
        .setEstimatedKeys(store.estimatedKeys())
        .setLogSpace(shard.log().space().name())
        .setLeader(status.leader())
        .addAllInSyncReplicas(status.isr())
        .addAllFollowers(followers(status))
        .build();
  }
}
