package io.cairn.reliability;

import com.google.protobuf.ByteString;
import io.cairn.client.AsyncCairnClient;
import io.cairn.client.CairnClient;
import io.cairn.client.ConsistencyLevel;
import io.cairn.v1.Consistency;
import io.cairn.v1.DeleteRequest;
import io.cairn.v1.DeleteResponse;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.PutRequest;
import io.cairn.v1.PutResponse;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How a writer sends. */
interface WriteCalls {

  /**
   * @param value null to delete the key
   * @return the key's new version
   */
  CompletableFuture<Long> write(ByteString key, @Nullable ByteString value, boolean strong);

  /** Once, without a write id: it fails with the connection. */
  static WriteCalls once(ManagedChannel channel) {
    KvGrpc.KvStub stub = KvGrpc.newStub(channel);
    return (key, value, strong) -> {
      KvGrpc.KvStub call = stub.withDeadlineAfter(60, TimeUnit.SECONDS);
      Consistency level =
          strong ? Consistency.CONSISTENCY_STRONG : Consistency.CONSISTENCY_EVENTUAL;
      if (value == null) {
        Answer<DeleteResponse> answer = new Answer<>(DeleteResponse::getVersion);
        call.delete(DeleteRequest.newBuilder().setKey(key).setConsistency(level).build(), answer);
        return answer.version;
      }
      Answer<PutResponse> answer = new Answer<>(PutResponse::getVersion);
      call.put(
          PutRequest.newBuilder().setKey(key).setValue(value).setConsistency(level).build(),
          answer);
      return answer.version;
    };
  }

  /** By the client, which sends it again until it is answered. */
  static WriteCalls repeated(CairnClient client) {
    AsyncCairnClient async = client.async();
    return (key, value, strong) -> {
      ConsistencyLevel level = strong ? ConsistencyLevel.STRONG : ConsistencyLevel.EVENTUAL;
      return value == null
          ? async.delete(key.toByteArray(), level)
          : async.put(key.toByteArray(), value.toByteArray(), level);
    };
  }

  /** The first message is the answer, whatever the connection does afterwards. */
  final class Answer<T> implements StreamObserver<T> {

    private final CompletableFuture<Long> version = new CompletableFuture<>();
    private final Function<T, Long> versionOf;

    private Answer(Function<T, Long> versionOf) {
      this.versionOf = versionOf;
    }

    @Override
    public void onNext(T response) {
      version.complete(versionOf.apply(response));
    }

    @Override
    public void onError(Throwable thrown) {
      version.completeExceptionally(thrown);
    }

    @Override
    public void onCompleted() {}
  }
}
