package io.cairn.node.service;

import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.replication.core.metadata.ChangeResult;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.IsrChange;
import io.cairn.replication.core.metadata.MetadataChange;
import io.cairn.replication.core.metadata.MetadataQuorum;
import io.cairn.replication.core.metadata.NodeChange;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.replication.core.metadata.ReplicaChange;
import io.cairn.replication.core.metadata.SetMinInsyncReplicas;
import io.cairn.replication.core.metadata.SetReadLease;
import io.cairn.replication.core.metadata.ShardMetadata;
import io.cairn.v1.AddReplicas;
import io.cairn.v1.ChangeRequest;
import io.cairn.v1.ChangeResponse;
import io.cairn.v1.RemoveReplicas;
import io.cairn.v1.ResponseHeader;
import io.cairn.v1.TransferLeadership;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What an operator asks for, as changes of the metadata, one for each shard, proposed one after the
 * other. The first that is refused ends it; those before stay.
 */
final class OperatorChange {
  private final MetadataQuorum quorum;
  private final ResponseHeader header;
  private final StreamObserver<ChangeResponse> observer;
  private final ClusterMetadata metadata;

  OperatorChange(
      MetadataQuorum quorum, ResponseHeader header, StreamObserver<ChangeResponse> observer) {
    this.quorum = quorum;
    this.header = header;
    this.observer = observer;
    metadata = quorum.current();
  }

  void begin(ChangeRequest request) {
    List<? extends MetadataChange> changes =
        switch (request.getChangeCase()) {
          case ADD_REPLICAS -> add(request.getAddReplicas());
          case REMOVE_REPLICAS -> remove(request.getRemoveReplicas());
          case TRANSFER -> transfer(request.getTransfer());
          case FORCE_LEADER ->
              request.getForceLeader().getAcceptDataLoss()
                  ? shards(List.of(request.getForceLeader().getShard()), shard -> true)
                      .map(
                          shard ->
                              new IsrChange.ForceLeader(
                                  shard.shard(),
                                  shard.epoch(),
                                  request.getForceLeader().getNodeId()))
                      .toList()
                  : List.of();
          case REMOVE_NODE -> List.of(new NodeChange.Remove(request.getRemoveNode().getNodeId()));
          case SET_MIN_INSYNC_REPLICAS ->
              List.of(new SetMinInsyncReplicas(request.getSetMinInsyncReplicas().getReplicas()));
          case SET_READ_LEASE -> List.of(new SetReadLease(request.getSetReadLease().getMillis()));
          case CANCEL_ADDING ->
              shards(request.getCancelAdding().getShardsList(), shard -> shard.pending() != null)
                  .map(shard -> new ReplicaChange.CancelAdd(shard.shard()))
                  .toList();
          case CHANGE_NOT_SET -> List.of();
        };
    if (changes.isEmpty()) {
      refuse("There is nothing to change: no shard is as the request says.");
    } else {
      next(new ArrayDeque<>(changes), metadata.version());
    }
  }

  /** Those that are named; all that qualify when none is. */
  private Stream<ShardMetadata> shards(
      Collection<Integer> named, Predicate<ShardMetadata> qualifies) {
    return metadata.shards().values().stream()
        .filter(shard -> named.isEmpty() ? qualifies.test(shard) : named.contains(shard.shard()));
  }

  private List<ReplicaChange.AddReplica> add(AddReplicas request) {
    int replacing = request.getReplacing();
    return shards(
            request.getShardsList(),
            shard ->
                !shard.involves(request.getNodeId())
                    && (replacing == NodeMetadata.NONE || shard.replicas().contains(replacing)))
        .map(shard -> new ReplicaChange.AddReplica(shard.shard(), request.getNodeId(), replacing))
        .toList();
  }

  private List<ReplicaChange.RemoveReplica> remove(RemoveReplicas request) {
    return shards(request.getShardsList(), shard -> shard.replicas().contains(request.getNodeId()))
        .map(shard -> new ReplicaChange.RemoveReplica(shard.shard(), request.getNodeId()))
        .toList();
  }

  private List<IsrChange.Transfer> transfer(TransferLeadership request) {
    return shards(
            request.getShardsList(),
            shard -> request.getFrom() == NodeMetadata.NONE || shard.leader() == request.getFrom())
        .flatMap(
            shard ->
                target(shard, request.getTo())
                    .map(to -> new IsrChange.Transfer(shard.shard(), shard.epoch(), to)))
        .toList();
  }

  private Stream<Integer> target(ShardMetadata shard, int to) {
    if (to != NodeMetadata.NONE) {
      return shard.leader() == to ? Stream.empty() : Stream.of(to);
    }
    return shard.isr().stream()
        .map(member -> member.nodeId())
        .filter(nodeId -> nodeId != shard.leader())
        .filter(
            nodeId -> {
              NodeMetadata node = metadata.nodes().get(nodeId);
              return node != null && node.alive();
            })
        .limit(1);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // its callback handles both endings
  private void next(Deque<MetadataChange> changes, long version) {
    MetadataChange change = changes.poll();
    if (change == null) {
      observer.onNext(ChangeResponse.newBuilder().setHeader(header).setVersion(version).build());
      observer.onCompleted();
      return;
    }
    quorum
        .propose(change)
        .whenComplete(
            (result, failed) -> {
              if (failed != null) {
                observer.onError(
                    FailureStatus.ofWrite(
                            Failure.METADATA_UNAVAILABLE,
                            "The metadata quorum gave no answer: "
                                + failed.getMessage()
                                + ". Look at the cluster's status before asking again.")
                        .toException());
              } else if (result instanceof ChangeResult.Refused refused) {
                refuse(refused.sentence() + ".");
              } else if (result instanceof ChangeResult.Applied applied) {
                next(changes, applied.metadata().version());
              }
            });
  }

  private void refuse(String sentence) {
    observer.onError(FailureStatus.ofWrite(Failure.CHANGE_REFUSED, sentence).toException());
  }
}
