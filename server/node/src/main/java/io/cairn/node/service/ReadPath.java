package io.cairn.node.service;

import com.google.protobuf.ByteString;
import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.node.shard.Shards;
import io.cairn.v1.Consistency;
import io.cairn.v1.ExistsRequest;
import io.cairn.v1.ExistsResponse;
import io.cairn.v1.GetRequest;
import io.cairn.v1.GetResponse;
import io.cairn.v1.ResponseHeader;
import io.cairn.v1.Value;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Reads of single keys. They cross no thread unless the disk or an uncommitted write makes them.
 */
final class ReadPath {
  private final Shards shards;
  private final Lanes lanes;
  private final Checks checks;
  private final Admission admission;
  private final Answers answers;
  private final Executor readers;

  ReadPath(
      Shards shards,
      Lanes lanes,
      Checks checks,
      Admission admission,
      Answers answers,
      Executor readers) {
    this.shards = shards;
    this.lanes = lanes;
    this.checks = checks;
    this.admission = admission;
    this.answers = answers;
    this.readers = readers;
  }

  void get(GetRequest request, Caller<GetResponse> caller) {
    Share share = admittedOrNull(request.getKey(), request.getConsistency(), caller);
    if (share != null) {
      byte[] key = request.getKey().toByteArray();
      new ReadCall<GetResponse>(
          lanes.current(),
          shards.of(key),
          key,
          WritePath.level(request.getConsistency()),
          caller,
          share,
          answers,
          readers) {
        @Override
        GetResponse response(ResponseHeader header, @Nullable Value value) {
          GetResponse.Builder response = GetResponse.newBuilder().setHeader(header);
          if (value != null) {
            response.setValue(value);
          }
          return response.build();
        }

        @Override
        long answerBytes(@Nullable Value value) {
          return value == null ? 0 : value.getData().size();
        }
      }.begin();
    }
  }

  void exists(ExistsRequest request, Caller<ExistsResponse> caller) {
    Share share = admittedOrNull(request.getKey(), request.getConsistency(), caller);
    if (share != null) {
      byte[] key = request.getKey().toByteArray();
      new ReadCall<ExistsResponse>(
          lanes.current(),
          shards.of(key),
          key,
          WritePath.level(request.getConsistency()),
          caller,
          share,
          answers,
          readers) {
        @Override
        ExistsResponse response(ResponseHeader header, @Nullable Value value) {
          return ExistsResponse.newBuilder().setHeader(header).setExists(value != null).build();
        }

        @Override
        long answerBytes(@Nullable Value value) {
          return 0;
        }
      }.begin();
    }
  }

  private @Nullable Share admittedOrNull(
      ByteString key, Consistency consistency, Caller<?> caller) {
    FailureStatus problem = Checks.first(checks.key(key), checks.consistency(consistency));
    if (problem != null) {
      answers.refuseRead(caller, problem);
      return null;
    }
    long bytes = (long) Admission.CALL_BYTES + key.size();
    Failure refused = admission.enterOrRefuse(bytes);
    if (refused != null) {
      answers.refuseRead(caller, answers.notAdmitted(refused));
      return null;
    }
    return new Share(admission, bytes);
  }
}
