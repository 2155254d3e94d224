package io.cairn.node.service;

import com.google.protobuf.ByteString;
import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.node.shard.PendingCall;
import io.cairn.node.shard.ReplyLane;
import io.cairn.node.shard.Shard;
import io.cairn.node.shard.Shards;
import io.cairn.replication.core.Consistency;
import io.cairn.replication.core.Operation;
import io.cairn.replication.core.Proposal;
import io.cairn.replication.core.WriteResult;
import io.cairn.v1.DeleteRequest;
import io.cairn.v1.DeleteResponse;
import io.cairn.v1.PutRequest;
import io.cairn.v1.PutResponse;
import io.cairn.v1.ResponseHeader;
import io.cairn.v1.WriteId;
import org.jspecify.annotations.Nullable;

/**
 * Puts and deletes of single keys: checked and encoded on the thread that read them from the
 * network, answered there again.
 */
final class WritePath {
  private static final WriteId NO_ID = WriteId.getDefaultInstance();

  private final Shards shards;
  private final Lanes lanes;
  private final Checks checks;
  private final Admission admission;
  private final Answers answers;

  WritePath(Shards shards, Lanes lanes, Checks checks, Admission admission, Answers answers) {
    this.shards = shards;
    this.lanes = lanes;
    this.checks = checks;
    this.admission = admission;
    this.answers = answers;
  }

  void put(PutRequest request, Caller<PutResponse> caller) {
    WriteId id = request.hasWriteId() ? request.getWriteId() : NO_ID;
    FailureStatus problem =
        Checks.first(
            checks.key(request.getKey()),
            checks.value(request.getValue()),
            checks.consistency(request.getConsistency()),
            request.hasWriteId() ? checks.writeId(id) : null);
    long bytes = (long) Admission.CALL_BYTES + request.getKey().size() + request.getValue().size();
    if (isRefused(problem, bytes, caller)) {
      return;
    }
    byte[] operation =
        Operation.put(
            new KeySource(request.getKey()),
            new KeySource(request.getValue()),
            id.getClientId(),
            id.getSequence());
    Shard shard = shardOf(operation, request.getKey(), request.getValue());
    PendingWrite<PutResponse> write =
        new PendingWrite<>(lanes.current(), shard, bytes, caller) {
          @Override
          PutResponse response(ResponseHeader header, long version) {
            return PutResponse.newBuilder().setHeader(header).setVersion(version).build();
          }
        };
    propose(shard, operation, level(request.getConsistency()), id, write);
  }

  void delete(DeleteRequest request, Caller<DeleteResponse> caller) {
    WriteId id = request.hasWriteId() ? request.getWriteId() : NO_ID;
    FailureStatus problem =
        Checks.first(
            checks.key(request.getKey()),
            checks.consistency(request.getConsistency()),
            request.hasWriteId() ? checks.writeId(id) : null);
    long bytes = (long) Admission.CALL_BYTES + request.getKey().size();
    if (isRefused(problem, bytes, caller)) {
      return;
    }
    byte[] operation =
        Operation.delete(new KeySource(request.getKey()), id.getClientId(), id.getSequence());
    Shard shard = shardOf(operation, request.getKey(), ByteString.EMPTY);
    PendingWrite<DeleteResponse> write =
        new PendingWrite<>(lanes.current(), shard, bytes, caller) {
          @Override
          DeleteResponse response(ResponseHeader header, long version) {
            return DeleteResponse.newBuilder().setHeader(header).setVersion(version).build();
          }
        };
    propose(shard, operation, level(request.getConsistency()), id, write);
  }

  private boolean isRefused(@Nullable FailureStatus problem, long bytes, Caller<?> caller) {
    if (problem != null) {
      answers.refuseWrite(caller, problem);
      return true;
    }
    Failure refused = admission.enterOrRefuse(bytes);
    if (refused != null) {
      answers.refuseWrite(caller, answers.notAdmitted(refused));
      return true;
    }
    return false;
  }

  /** Key and value stand last in an operation. */
  private Shard shardOf(byte[] operation, ByteString key, ByteString value) {
    int position = operation.length - value.size() - key.size();
    return shards.of(operation, position, key.size());
  }

  private static void propose(
      Shard shard, byte[] operation, Consistency level, WriteId id, PendingWrite<?> write) {
    if (level == Consistency.EVENTUAL) {
      Operation.markOfferable(operation);
    }
    shard.propose(
        new Proposal(
            operation,
            level,
            id.getClientId(),
            id.getSequence(),
            id.getSeenOffset(),
            id.getAttempt() <= 1,
            write),
        write.lane());
  }

  static Consistency level(io.cairn.v1.Consistency consistency) {
    return consistency == io.cairn.v1.Consistency.CONSISTENCY_EVENTUAL
        ? Consistency.EVENTUAL
        : Consistency.STRONG;
  }

  /** A write on its way; holds its share of the budget until it is answered. */
  private abstract class PendingWrite<R> extends PendingCall {
    private final Shard shard;
    private final long bytes;
    private final Caller<R> caller;

    PendingWrite(ReplyLane lane, Shard shard, long bytes, Caller<R> caller) {
      super(lane, caller.arrivedNanos());
      this.shard = shard;
      this.bytes = bytes;
      this.caller = caller;
    }

    abstract R response(ResponseHeader header, long version);

    @Override
    protected void answer(WriteResult result) {
      try {
        if (result instanceof WriteResult.Confirmed confirmed) {
          caller.answer(response(answers.header(shard), confirmed.offset()));
        } else if (result instanceof WriteResult.Refused refused) {
          answers.refuseWrite(caller, answers.of(refused.reason(), shard));
        } else if (result instanceof WriteResult.BelowLevel below) {
          answers.refuseWrite(caller, Answers.belowLevel(shard, below.offset()));
        } else if (result instanceof WriteResult.Unknown unknown) {
          answers.refuseWrite(caller, Answers.of(unknown.reason()));
        }
      } finally {
        admission.leave(bytes);
      }
    }

    @Override
    protected void flush() {
      caller.flush();
    }
  }
}
