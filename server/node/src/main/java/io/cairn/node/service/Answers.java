package io.cairn.node.service;

import com.google.protobuf.ByteString;
import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.node.data.NodeIdentity;
import io.cairn.node.metrics.NodeMetrics;
import io.cairn.node.shard.Shard;
import io.cairn.replication.core.ReplicaStatus;
import io.cairn.replication.core.WriteResult;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.storage.StoreException;
import io.cairn.v1.ResponseHeader;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all answers share: their header, and how failures are told. */
final class Answers {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  private final ByteString clusterId;
  private final ByteString nodeId;
  private final ResponseHeader ofSeveral;

  /** By shard. The answers to a group, and to reads between two groups, have the same. */
  private final AtomicReferenceArray<@Nullable ResponseHeader> latest;

  private final NodeMetrics metrics;
  private final Admission admission;
  private final IntFunction<@Nullable String> clientAddresses;

  /**
   * @param clientAddresses where clients call a node, null when unknown
   */
  Answers(
      NodeIdentity identity,
      NodeMetrics metrics,
      Admission admission,
      IntFunction<@Nullable String> clientAddresses) {
    this.metrics = metrics;
    this.clientAddresses = clientAddresses;
    this.admission = admission;
    clusterId = ByteString.copyFromUtf8(identity.clusterId());
    nodeId = ByteString.copyFromUtf8(Integer.toString(identity.nodeId()));
    ofSeveral = newHeader().build();
    latest = new AtomicReferenceArray<>(identity.shards());
  }

  /** Of an answer that speaks of one shard. */
  ResponseHeader header(Shard shard) {
    ReplicaStatus status = shard.status();
    long epoch = status.epoch();
    long offset = status.highWatermark();
    ResponseHeader header = latest.get(shard.number());
    if (header == null || header.getEpoch() != epoch || header.getOffset() != offset) {
      header = newHeader().setShard(shard.number()).setEpoch(epoch).setOffset(offset).build();
      latest.set(shard.number(), header);
    }
    return header;
  }

  /** Of an answer that speaks of several shards. */
  ResponseHeader header() {
    return ofSeveral;
  }

  /**
   * With bytes in place of text, which would be encoded anew for each answer. Not copied from
   * another header: copying turns both into text.
   */
  private ResponseHeader.Builder newHeader() {
    return ResponseHeader.newBuilder().setClusterIdBytes(clusterId).setNodeIdBytes(nodeId);
  }

  void refuseScan(StreamObserver<?> observer, FailureStatus status) {
    metrics.refused(status.failure());
    observer.onError(status.toException());
  }

  void refuseRead(Caller<?> caller, FailureStatus status) {
    metrics.refused(status.failure());
    caller.fail(status);
  }

  /** As for a read, with the outcome that the table gives. */
  void refuseWrite(Caller<?> caller, FailureStatus status) {
    refuseRead(caller, status.withWriteOutcome(status.failure().writeOutcome()));
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

  FailureStatus of(WriteResult.Refusal refusal, Shard shard) {
    String which = "Shard " + shard.number();
    return switch (refusal) {
      case NOT_SERVING ->
          FailureStatus.ofRead(
              Failure.NOT_SERVING, which + " is " + shard.status().role() + " and does not serve.");
      case NOT_LEADER -> notLeader(shard);
      case NOT_ENOUGH_REPLICAS ->
          FailureStatus.ofRead(
              Failure.NOT_ENOUGH_REPLICAS,
              which
                  + " has "
                  + shard.status().isr().size()
                  + " in-sync replicas (nodes "
                  + shard.status().isr()
                  + "), fewer than a STRONG write needs: start the other nodes, or write EVENTUAL.");
      case OVERLOADED ->
          FailureStatus.ofRead(
              Failure.OVERLOADED,
              which + " has as much to do as its limits allow: try again later.");
      case DISK_FULL -> diskFull(shard);
      case SEEN_OFFSET_TOO_OLD ->
          FailureStatus.ofRead(
              Failure.SEEN_OFFSET_TOO_OLD,
              which
                  + " does not remember writes back to the seen_offset given: take a newer one from"
                  + " any answer and send the write as new.");
    };
  }

  private static FailureStatus diskFull(Shard shard) {
    String why =
        "Shard " + shard.number() + " has less than log.disk-reserve free on this node's disk";
    return shard.mayHandOver(System.nanoTime())
        ? FailureStatus.ofRead(
            Failure.NOT_SERVING, why + " and is about to be led by another node: try again soon.")
        : FailureStatus.ofRead(Failure.DISK_FULL, why + ": free space there, or delete keys.");
  }

  /** Tells whom to ask, as far as this node knows. */
  private FailureStatus notLeader(Shard shard) {
    int leader = shard.status().leader();
    String address = leader == NodeMetadata.NONE ? null : clientAddresses.apply(leader);
    Map<String, String> metadata = new HashMap<>();
    metadata.put("shard", Integer.toString(shard.number()));
    metadata.put("epoch", Long.toString(shard.status().epoch()));
    if (address != null) {
      metadata.put("leader", address);
      metadata.put("leader-node", Integer.toString(leader));
    }
    return FailureStatus.ofRead(
            Failure.NOT_LEADER,
            "Shard "
                + shard.number()
                + (address == null
                    ? " has no leader that this node knows of: try again soon."
                    : " is led by node " + leader + " at " + address + "."))
        .withMetadata(metadata);
  }

  static FailureStatus belowLevel(Shard shard, long offset) {
    return FailureStatus.ofRead(
            Failure.BELOW_LEVEL,
            "The write is applied at offset "
                + offset
                + " of shard "
                + shard.number()
                + ", but by then fewer replicas were in sync than a STRONG write needs: nodes "
                + shard.status().isr()
                + ".")
        .withMetadata(Map.of("offset", Long.toString(offset)));
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
      case LEADERSHIP_LOST ->
          FailureStatus.ofRead(
              Failure.LEADERSHIP_LOST,
              "Another node leads the shard now; this one had not confirmed the write yet.");
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
