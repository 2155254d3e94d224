package io.cairn.node.service;

import com.google.protobuf.ByteString;
import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.node.config.NodeConfig;
import io.cairn.node.shard.Shards;
import io.cairn.v1.MultiGetRequest;
import io.cairn.v1.MultiGetResponse;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Reads of several keys, done by a reader thread. */
final class MultiGetPath {
  /**
   * What a key takes besides its bytes and its value's, about: objects on its way to the answer.
   */
  private static final int KEY_BYTES = 256;

  private final Shards shards;
  private final Lanes lanes;
  private final Checks checks;
  private final Admission admission;
  private final Answers answers;
  private final Executor readers;
  private final int maxAnswerBytes;

  MultiGetPath(
      Shards shards,
      Lanes lanes,
      Checks checks,
      Admission admission,
      Answers answers,
      Executor readers,
      NodeConfig.Limits limits) {
    this.shards = shards;
    this.lanes = lanes;
    this.checks = checks;
    this.admission = admission;
    this.answers = answers;
    this.readers = readers;
    maxAnswerBytes = limits.maxMessageBytes();
  }

  void multiGet(MultiGetRequest request, Caller<MultiGetResponse> caller) {
    FailureStatus problem = problemOrNull(request);
    if (problem != null) {
      answers.refuseRead(caller, problem);
      return;
    }
    // The values are not known yet: they are charged when they are read.
    long bytes =
        Admission.CALL_BYTES
            + (long) request.getSerializedSize()
            + (long) KEY_BYTES * request.getKeysCount();
    Failure refused = admission.enterOrRefuse(bytes);
    if (refused != null) {
      answers.refuseRead(caller, answers.notAdmitted(refused));
      return;
    }
    MultiGetCall call =
        new MultiGetCall(
            request,
            caller,
            shards,
            lanes.current(),
            new Share(admission, bytes),
            answers,
            maxAnswerBytes);
    try {
      readers.execute(call::read);
    } catch (RejectedExecutionException full) {
      call.refuse(
          FailureStatus.ofRead(
              Failure.OVERLOADED, "All reader threads are busy: try again later."));
    }
  }

  private @Nullable FailureStatus problemOrNull(MultiGetRequest request) {
    FailureStatus problem =
        Checks.first(
            checks.keyCount(request.getKeysCount()), checks.consistency(request.getConsistency()));
    for (int i = 0; problem == null && i < request.getKeysCount(); i++) {
      ByteString key = request.getKeys(i);
      problem = checks.key(key);
    }
    return problem;
  }
}
