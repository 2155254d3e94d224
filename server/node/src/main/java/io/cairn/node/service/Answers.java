package io.cairn.node.service;

import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.node.data.NodeIdentity;
import io.cairn.node.metrics.NodeMetrics;
import io.cairn.node.shard.Shard;
import io.cairn.replication.core.WriteResult;
import io.cairn.storage.StoreException;
import io.cairn.v1.ResponseHeader;
import io.grpc.stub.StreamObserver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all answers share: their header, and how failures are told. */
final class Answers {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  private final ResponseHeader template;
  private final NodeMetrics metrics;
  private final Admission admission;

  Answers(NodeIdentity identity, NodeMetrics metrics, Admission admission) {
    this.metrics = metrics;
    this.admission = admission;
    template =
        ResponseHeader.newBuilder()
            .setClusterId(identity.clusterId())
            .setNodeId(identity.nodeId())
            .build();
  }

  /** Of an answer that speaks of one shard. */
  ResponseHeader header(Shard shard) {
    return template.toBuilder()
        .setShard(shard.number())
        .setEpoch(shard.status().epoch())
        .setOffset(shard.status().highWatermark())
        .build();
  }

  /** Of an answer that speaks of several shards. */
  ResponseHeader header() {
    return template;
  }

  void refuseRead(StreamObserver<?> observer, FailureStatus status) {
    metrics.refused(status.failure());
    observer.onError(status.toException());
  }

  /** As for a read, with the outcome that the table gives. */
  void refuseWrite(StreamObserver<?> observer, FailureStatus status) {
    refuseRead(observer, status.withWriteOutcome(status.failure().writeOutcome()));
  }

  FailureStatus notAdmitted(Failure failure) {
    return FailureStatus.ofRead(
        failure,
        failure == Failure.SHUTTING_DOWN
            ? "The node is shutting down."
            : "The node has "
                + admission.inFlightBytes()
                + " bytes of requests in flight; limits.max-in-flight is "
                + admission.limitBytes()
                + ": try again later.");
  }

  static FailureStatus of(WriteResult.Refusal refusal, Shard shard) {
    String which = "Shard " + shard.number();
    return switch (refusal) {
      case NOT_SERVING ->
          FailureStatus.ofRead(
              Failure.NOT_SERVING, which + " is " + shard.status().role() + " and does not serve.");
      case NOT_LEADER ->
          FailureStatus.ofRead(Failure.NOT_LEADER, which + " is led by another node.");
      case OVERLOADED ->
          FailureStatus.ofRead(
              Failure.OVERLOADED,
              which + " has as much to do as its limits allow: try again later.");
      case DISK_FULL ->
          FailureStatus.ofRead(
              Failure.DISK_FULL,
              which
                  + " has less than log.disk-reserve free on its disk: free space there, or delete"
                  + " keys.");
      case SEEN_OFFSET_TOO_OLD ->
          FailureStatus.ofRead(
              Failure.SEEN_OFFSET_TOO_OLD,
              which
                  + " does not remember writes back to the seen_offset given: take a newer one from"
                  + " any answer and send the write as new.");
    };
  }

  static FailureStatus of(WriteResult.UnknownReason reason) {
    return switch (reason) {
      case OUTSIDE_RETRY_WINDOW ->
          FailureStatus.ofRead(
              Failure.OUTSIDE_RETRY_WINDOW,
              "The write was sent again too late to tell whether an earlier attempt was applied: read"
                  + " the key.");
      case STOPPED ->
          FailureStatus.ofRead(
              Failure.STOPPED, "The node stopped before it could confirm the write.");
    };
  }

  static FailureStatus of(Throwable failed) {
    if (failed instanceof StoreException store) {
      switch (store.category()) {
        case CORRUPTION -> {
          LOG.error("The store is damaged", store);
          return FailureStatus.ofRead(
              Failure.DATA_CORRUPT,
              "The data is damaged on this node's disk: " + store.getMessage());
        }
        case BUSY, NO_SPACE -> {
          return FailureStatus.ofRead(
              Failure.STORE_BUSY, "The store cannot answer now: " + store.getMessage());
        }
        case FAILED -> {}
      }
    }
    LOG.error("A request failed in a way that was not foreseen", failed);
    return FailureStatus.ofRead(
        Failure.INTERNAL, "The node failed to answer; its log tells more: " + failed);
  }
}
