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
import io.cairn.storage.ScanRange;
import io.cairn.v1.ClearRequest;
import io.cairn.v1.ClearResponse;
import io.cairn.v1.WriteOutcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Range deletes, one on each shard. */
final class ClearPath {
  private final Shards shards;
  private final Lanes lanes;
  private final Checks checks;
  private final Admission admission;
  private final Answers answers;

  ClearPath(Shards shards, Lanes lanes, Checks checks, Admission admission, Answers answers) {
    this.shards = shards;
    this.lanes = lanes;
    this.checks = checks;
    this.admission = admission;
    this.answers = answers;
  }

  void clear(ClearRequest request, Caller<ClearResponse> caller) {
    FailureStatus problem =
        Checks.first(
            checks.range(request.getRange()),
            checks.consistency(request.getConsistency()),
            checks.shards(request.getShardsList(), shards.count()));
    if (problem != null) {
      answers.refuseWrite(caller, problem);
      return;
    }
    List<Shard> selected = shards.selected(request.getShardsList());
    long bytes = (Admission.CALL_BYTES + (long) request.getSerializedSize()) * selected.size();
    Failure refused = admission.enterOrRefuse(bytes);
    if (refused != null) {
      answers.refuseWrite(caller, answers.notAdmitted(refused));
      return;
    }
    ScanRange range = Ranges.of(request.getRange());
    byte[] operation =
        Operation.deleteRange(
            new KeySource(ByteString.copyFrom(range.start())),
            new KeySource(ByteString.copyFrom(range.end())),
            Operation.NO_CLIENT,
            0);
    Consistency level = WritePath.level(request.getConsistency());
    if (level == Consistency.EVENTUAL) {
      Operation.markOfferable(operation);
    }
    ReplyLane lane = lanes.current();
    Clear clear = new Clear(caller, selected, bytes);
    for (Shard shard : selected) {
      shard.propose(
          new Proposal(
              operation, level, Operation.NO_CLIENT, 0, 0, true, new Part(lane, shard, clear)),
          lane);
    }
  }

  /** What became of the shards so far. All parts are answered on one lane, one after the other. */
  private final class Clear {
    private final Caller<ClearResponse> caller;
    private final long bytes;
    private final List<Shard> selected;
    private int outstanding;
    private boolean mayHaveChanged;
    private @Nullable FailureStatus failure;

    Clear(Caller<ClearResponse> caller, List<Shard> selected, long bytes) {
      this.caller = caller;
      this.selected = selected;
      outstanding = selected.size();
      this.bytes = bytes;
    }

    void onResult(Shard shard, WriteResult result) {
      if (result instanceof WriteResult.Refused refused) {
        failure = answers.of(refused.reason(), shard);
      } else {
        mayHaveChanged = true;
        if (result instanceof WriteResult.BelowLevel below) {
          failure = Answers.belowLevel(shard, below.offset());
        } else if (result instanceof WriteResult.Unknown unknown) {
          failure = Answers.of(unknown.reason());
        }
      }
      outstanding--;
      if (outstanding == 0) {
        finish();
      }
    }

    private void finish() {
      FailureStatus failed = failure;
      if (failed == null) {
        caller.answer(
            ClearResponse.newBuilder()
                .setHeader(
                    selected.size() == 1 ? answers.header(selected.get(0)) : answers.header())
                .build());
      } else {
        answers.refuseRead(
            caller,
            failed.withWriteOutcome(
                mayHaveChanged
                    ? WriteOutcome.WRITE_OUTCOME_UNKNOWN
                    : WriteOutcome.WRITE_OUTCOME_NOT_APPLIED));
      }
      admission.leave(bytes);
    }
  }

  private static final class Part extends PendingCall {
    private final Shard shard;
    private final Clear clear;

    Part(ReplyLane lane, Shard shard, Clear clear) {
      super(lane, clear.caller.arrivedNanos());
      this.shard = shard;
      this.clear = clear;
    }

    @Override
    protected void answer(WriteResult result) {
      clear.onResult(shard, result);
    }

    @Override
    protected void flush() {
      clear.caller.flush();
    }
  }
}
