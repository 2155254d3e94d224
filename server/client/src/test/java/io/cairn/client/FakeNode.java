package io.cairn.client;

import com.google.protobuf.ByteString;
import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.v1.ClearRequest;
import io.cairn.v1.ClearResponse;
import io.cairn.v1.ClusterGrpc;
import io.cairn.v1.Consistency;
import io.cairn.v1.DeleteRequest;
import io.cairn.v1.DeleteResponse;
import io.cairn.v1.DescribeRequest;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.Entry;
import io.cairn.v1.ExistsRequest;
import io.cairn.v1.ExistsResponse;
import io.cairn.v1.GetRequest;
import io.cairn.v1.GetResponse;
import io.cairn.v1.KeysRequest;
import io.cairn.v1.KeysResponse;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.MultiGetRequest;
import io.cairn.v1.MultiGetResponse;
import io.cairn.v1.OptionalValue;
import io.cairn.v1.PipelineLimits;
import io.cairn.v1.PipelineRequest;
import io.cairn.v1.PipelineResponse;
import io.cairn.v1.PutRequest;
import io.cairn.v1.PutResponse;
import io.cairn.v1.ResponseHeader;
import io.cairn.v1.ScanRequest;
import io.cairn.v1.ScanResponse;
import io.cairn.v1.ShardStatus;
import io.cairn.v1.StatusRequest;
import io.cairn.v1.StatusResponse;
import io.cairn.v1.Value;
import io.cairn.v1.WriteId;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A node in memory, which recognises writes by their id, and goes wrong as told. It answers on the
 * caller's thread.
 */
final class FakeNode implements AutoCloseable {

  /** What happens to a call in place of an answer. */
  interface Fault {
    void strike(Runnable apply, StreamObserver<?> caller);
  }

  /** Where a scan breaks. */
  record ScanFault(int afterChunks, Status status) {}

  static final int CHUNK = 2;

  final Deque<Fault> faults = new ArrayDeque<>();
  final Deque<ScanFault> scanFaults = new ArrayDeque<>();
  final List<Object> requests = new ArrayList<>();
  final List<WriteId> writeIds = new ArrayList<>();
  final List<StreamObserver<?>> unanswered = new ArrayList<>();
  final FakeCluster cluster;
  final NavigableMap<ByteString, Value> data;
  private final String name = InProcessServerBuilder.generateName();
  final Server server;

  final Deque<Fault> describeFaults = new ArrayDeque<>();

  String address;

  /** What it goes on to answer, as it is cut off from the rest. */
  @Nullable DescribeResponse staleDescription;

  PipelineLimits limits =
      PipelineLimits.newBuilder()
          .setMaxUnansweredBytes(1 << 20)
          .setMaxMessageBytes(4 << 20)
          .build();

  boolean knowsPipelines = true;
  int pipelines;
  String clusterId = "c1";
  int maxValueBytes = 1 << 20;
  long offset = 1000;
  int describeCalls;
  int applied;
  int chunksSent;
  private final AtomicInteger cancelled = new AtomicInteger();

  /** A node by itself. */
  FakeNode() throws IOException {
    this("alone", new FakeCluster(1));
    cluster.nodes.add(this);
  }

  FakeNode(String address, FakeCluster cluster) throws IOException {
    this.address = address;
    this.cluster = cluster;
    this.data = cluster.data;
    server = serve(InProcessServerBuilder.forName(name));
  }

  /** Answers there too. */
  Server serve(ServerBuilder<?> place) throws IOException {
    return place
        .directExecutor()
        .addService(new Kv())
        .addService(new ClusterService())
        .build()
        .start();
  }

  ManagedChannel channel(ClientInterceptor... interceptors) {
    return InProcessChannelBuilder.forName(name).directExecutor().intercept(interceptors).build();
  }

  static Fault refuse(Failure failure) {
    return (apply, caller) -> caller.onError(status(failure).toException());
  }

  static Fault refuse(FailureStatus status) {
    return (apply, caller) -> caller.onError(status.toException());
  }

  static FailureStatus status(Failure failure) {
    return FailureStatus.ofWrite(failure, "The node says " + failure + ".");
  }

  /** Does nothing and the connection breaks. */
  static Fault breakBefore() {
    return (apply, caller) -> caller.onError(Status.UNAVAILABLE.asRuntimeException());
  }

  /** Does it, but the connection breaks before the answer. */
  static Fault loseReply() {
    return (apply, caller) -> {
      apply.run();
      caller.onError(Status.UNAVAILABLE.asRuntimeException());
    };
  }

  /** Never answers. */
  Fault silence() {
    return (apply, caller) -> {
      unanswered.add(caller);
      ((ServerCallStreamObserver<?>) caller).setOnCancelHandler(() -> cancelled.incrementAndGet());
    };
  }

  /** How many calls were broken off. */
  int cancelled() {
    return cancelled.get();
  }

  /** What describes its cluster, for a server of the test's own. */
  io.grpc.BindableService clusterService() {
    return new ClusterService();
  }

  private ResponseHeader header() {
    return ResponseHeader.newBuilder().setClusterId(clusterId).setOffset(offset).build();
  }

  /** The shards that a request concerns and only their leader can serve. */
  private List<Integer> led(Consistency level, Iterable<ByteString> keys) {
    List<Integer> shards = new ArrayList<>();
    if (level != Consistency.CONSISTENCY_EVENTUAL) {
      keys.forEach(key -> shards.add(cluster.shardOf(key)));
    }
    return shards;
  }

  private List<Integer> orAll(List<Integer> shards) {
    return shards.isEmpty() ? IntStream.range(0, cluster.shardCount()).boxed().toList() : shards;
  }

  private @Nullable FailureStatus notLeaderOrNull(List<Integer> shards) {
    return shards.stream()
        .filter(shard -> !cluster.leads(this, shard))
        .findFirst()
        .map(cluster::notLeader)
        .orElse(null);
  }

  private <A> void answer(
      Object request, List<Integer> led, StreamObserver<A> caller, Supplier<A> apply) {
    requests.add(request);
    Fault fault = faults.poll();
    FailureStatus notLeader = notLeaderOrNull(led);
    if (fault == null && notLeader != null) {
      caller.onError(notLeader.toException());
    } else if (fault == null) {
      caller.onNext(apply.get());
      caller.onCompleted();
    } else {
      fault.strike(
          () -> {
            var unusedAnswer = apply.get();
          },
          caller);
    }
  }

  private long write(WriteId id, Runnable change) {
    return cluster.done.computeIfAbsent(
        List.of(id.getClientId(), id.getSequence()),
        key -> {
          change.run();
          applied++;
          return offset++;
        });
  }

  private OptionalValue optional(ByteString key) {
    Value value = data.get(key);
    return value == null
        ? OptionalValue.getDefaultInstance()
        : OptionalValue.newBuilder().setValue(value).build();
  }

  private final class ClusterService extends ClusterGrpc.ClusterImplBase {
    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> caller) {
      caller.onNext(
          StatusResponse.newBuilder()
              .setHeader(header())
              .addShards(ShardStatus.newBuilder().setHighWatermark(offset))
              .build());
      caller.onCompleted();
    }

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeResponse> caller) {
      describeCalls++;
      Fault fault = describeFaults.poll();
      if (fault != null) {
        fault.strike(() -> {}, caller);
        return;
      }
      DescribeResponse stale = staleDescription;
      caller.onNext(stale == null ? cluster.describe(FakeNode.this) : stale);
      caller.onCompleted();
    }
  }

  private final class Kv extends KvGrpc.KvImplBase {
    @Override
    public void get(GetRequest request, StreamObserver<GetResponse> caller) {
      answer(
          request,
          led(request.getConsistency(), List.of(request.getKey())),
          caller,
          () -> {
            GetResponse.Builder answer = GetResponse.newBuilder().setHeader(header());
            Value value = data.get(request.getKey());
            return value == null ? answer.build() : answer.setValue(value).build();
          });
    }

    @Override
    public void multiGet(MultiGetRequest request, StreamObserver<MultiGetResponse> caller) {
      answer(
          request,
          led(request.getConsistency(), request.getKeysList()),
          caller,
          () ->
              MultiGetResponse.newBuilder()
                  .addAllValues(
                      request.getKeysList().stream().map(FakeNode.this::optional).toList())
                  .build());
    }

    @Override
    public void exists(ExistsRequest request, StreamObserver<ExistsResponse> caller) {
      answer(
          request,
          led(request.getConsistency(), List.of(request.getKey())),
          caller,
          () ->
              ExistsResponse.newBuilder()
                  .setHeader(header())
                  .setExists(data.containsKey(request.getKey()))
                  .build());
    }

    @Override
    public void put(PutRequest request, StreamObserver<PutResponse> caller) {
      writeIds.add(request.getWriteId());
      answer(
          request,
          led(Consistency.CONSISTENCY_STRONG, List.of(request.getKey())),
          caller,
          () -> {
            long version =
                write(
                    request.getWriteId(),
                    () -> data.put(request.getKey(), value(request.getValue(), offset)));
            return PutResponse.newBuilder().setHeader(header()).setVersion(version).build();
          });
    }

    @Override
    public void delete(DeleteRequest request, StreamObserver<DeleteResponse> caller) {
      writeIds.add(request.getWriteId());
      answer(
          request,
          led(Consistency.CONSISTENCY_STRONG, List.of(request.getKey())),
          caller,
          () -> {
            long version = write(request.getWriteId(), () -> data.remove(request.getKey()));
            return DeleteResponse.newBuilder().setHeader(header()).setVersion(version).build();
          });
    }

    @Override
    public void clear(ClearRequest request, StreamObserver<ClearResponse> caller) {
      answer(
          request,
          orAll(request.getShardsList()),
          caller,
          () -> {
            data.keySet()
                .removeIf(key -> orAll(request.getShardsList()).contains(cluster.shardOf(key)));
            applied++;
            return ClearResponse.newBuilder().setHeader(header()).build();
          });
    }

    @Override
    public StreamObserver<PipelineRequest> pipeline(StreamObserver<PipelineResponse> stream) {
      pipelines++;
      if (!knowsPipelines) {
        return super.pipeline(stream);
      }
      return new FakePipeline(this, stream, limits);
    }

    @Override
    public void scan(ScanRequest request, StreamObserver<ScanResponse> caller) {
      requests.add(request);
      List<ScanResponse> chunks = new ArrayList<>();
      chunks.add(ScanResponse.newBuilder().setHeader(header()).build());
      for (List<ByteString> keys :
          chunks(
              request.getReverse(),
              request.getAfter(),
              request.getLimit(),
              request.getShardsList())) {
        ScanResponse.Builder chunk = ScanResponse.newBuilder();
        keys.forEach(
            key -> chunk.addEntries(Entry.newBuilder().setKey(key).setValue(data.get(key))));
        chunks.add(chunk.build());
      }
      stream(
          chunks,
          request.getConsistency(),
          request.getShardsList(),
          (ServerCallStreamObserver<ScanResponse>) caller);
    }

    @Override
    public void keys(KeysRequest request, StreamObserver<KeysResponse> caller) {
      requests.add(request);
      List<KeysResponse> chunks = new ArrayList<>();
      chunks.add(KeysResponse.newBuilder().setHeader(header()).build());
      for (List<ByteString> keys :
          chunks(
              request.getReverse(),
              request.getAfter(),
              request.getLimit(),
              request.getShardsList())) {
        chunks.add(KeysResponse.newBuilder().addAllKeys(keys).build());
      }
      stream(
          chunks,
          request.getConsistency(),
          request.getShardsList(),
          (ServerCallStreamObserver<KeysResponse>) caller);
    }
  }

  static Value value(ByteString bytes, long version) {
    return Value.newBuilder().setData(bytes).setVersion(version).setModifiedMillis(5).build();
  }

  private List<List<ByteString>> chunks(
      boolean reverse, ByteString after, long limit, List<Integer> shards) {
    NavigableMap<ByteString, Value> left = reverse ? data.descendingMap() : data;
    if (!after.isEmpty()) {
      left = left.tailMap(after, false);
    }
    List<ByteString> keys = new ArrayList<>(left.keySet());
    keys.removeIf(key -> !orAll(shards).contains(cluster.shardOf(key)));
    if (limit > 0 && limit < keys.size()) {
      keys = keys.subList(0, (int) limit);
    }
    List<List<ByteString>> chunks = new ArrayList<>();
    for (int i = 0; i < keys.size(); i += CHUNK) {
      chunks.add(keys.subList(i, Math.min(i + CHUNK, keys.size())));
    }
    return chunks;
  }

  /** Sends as fast as the client takes them, as the real node does. */
  private <A> void stream(
      List<A> chunks, Consistency level, List<Integer> shards, ServerCallStreamObserver<A> caller) {
    FailureStatus notLeader = notLeaderOrNull(orAll(shards));
    if (level != Consistency.CONSISTENCY_EVENTUAL && notLeader != null) {
      caller.onError(notLeader.toException());
      return;
    }
    Deque<A> left = new ArrayDeque<>(chunks);
    ScanFault fault = scanFaults.poll();
    int breakAt = fault == null ? -1 : Math.max(0, chunks.size() - fault.afterChunks());
    caller.setOnCancelHandler(() -> cancelled.incrementAndGet());
    caller.setOnReadyHandler(() -> send(left, breakAt, fault, caller));
  }

  private <A> void send(
      Deque<A> left, int breakAt, @Nullable ScanFault fault, ServerCallStreamObserver<A> caller) {
    while (caller.isReady()) {
      if (fault != null && left.size() <= breakAt) {
        caller.onError(fault.status().asRuntimeException());
        return;
      }
      A chunk = left.poll();
      if (chunk == null) {
        caller.onCompleted();
        return;
      }
      chunksSent++;
      caller.onNext(chunk);
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
