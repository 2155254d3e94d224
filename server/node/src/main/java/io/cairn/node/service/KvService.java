package io.cairn.node.service;

import io.cairn.node.config.NodeConfig;
import io.cairn.node.data.NodeIdentity;
import io.cairn.node.metrics.NodeMetrics;
import io.cairn.node.shard.Shards;
import io.cairn.v1.ClearRequest;
import io.cairn.v1.ClearResponse;
import io.cairn.v1.DeleteRequest;
import io.cairn.v1.DeleteResponse;
import io.cairn.v1.ExistsRequest;
import io.cairn.v1.ExistsResponse;
import io.cairn.v1.GetRequest;
import io.cairn.v1.GetResponse;
import io.cairn.v1.KeysRequest;
import io.cairn.v1.KeysResponse;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.MultiGetRequest;
import io.cairn.v1.MultiGetResponse;
import io.cairn.v1.PipelineRequest;
import io.cairn.v1.PipelineResponse;
import io.cairn.v1.PutRequest;
import io.cairn.v1.PutResponse;
import io.cairn.v1.ScanRequest;
import io.cairn.v1.ScanResponse;
import io.grpc.stub.StreamObserver;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The key-value service. Called on event loops; nothing here waits. */
public final class KvService extends KvGrpc.KvImplBase {
  private final WritePath writes;
  private final ReadPath reads;
  private final MultiGetPath multiGets;
  private final ClearPath clears;
  private final ScanPath scans;
  private final PipelinePath pipelines;
  private final NodeMetrics metrics;

  /**
   * @param clientAddresses where clients call a node, null when unknown
   */
  public KvService(
      NodeConfig.Limits limits,
      NodeIdentity identity,
      Shards shards,
      Lanes lanes,
      Admission admission,
      ReadPool pool,
      NodeMetrics metrics,
      IntFunction<@Nullable String> clientAddresses) {
    this.metrics = metrics;
    Checks checks = new Checks(limits);
    Answers answers = new Answers(identity, metrics, admission, clientAddresses);
    writes = new WritePath(shards, lanes, checks, admission, answers);
    reads = new ReadPath(shards, lanes, checks, admission, answers, pool.readers());
    multiGets = new MultiGetPath(shards, lanes, checks, admission, answers, pool.readers(), limits);
    clears = new ClearPath(shards, lanes, checks, admission, answers);
    scans =
        new ScanPath(shards, lanes, checks, admission, answers, pool.scanners(), metrics, limits);
    pipelines = new PipelinePath(writes, reads, multiGets, clears, answers, metrics, limits);
    shards.onTick(pipelines::tick);
    shards.onTick(metrics::tick);
  }

  @Override
  public void get(GetRequest request, StreamObserver<GetResponse> observer) {
    reads.get(request, caller(observer, NodeMetrics.Call.GET));
  }

  @Override
  public void multiGet(MultiGetRequest request, StreamObserver<MultiGetResponse> observer) {
    multiGets.multiGet(request, caller(observer, NodeMetrics.Call.MULTI_GET));
  }

  @Override
  public void exists(ExistsRequest request, StreamObserver<ExistsResponse> observer) {
    reads.exists(request, caller(observer, NodeMetrics.Call.EXISTS));
  }

  @Override
  public void put(PutRequest request, StreamObserver<PutResponse> observer) {
    writes.put(request, caller(observer, NodeMetrics.Call.PUT));
  }

  @Override
  public void delete(DeleteRequest request, StreamObserver<DeleteResponse> observer) {
    writes.delete(request, caller(observer, NodeMetrics.Call.DELETE));
  }

  @Override
  public void clear(ClearRequest request, StreamObserver<ClearResponse> observer) {
    clears.clear(request, caller(observer, NodeMetrics.Call.CLEAR));
  }

  @Override
  public void scan(ScanRequest request, StreamObserver<ScanResponse> observer) {
    scans.scan(request, observer);
  }

  @Override
  public void keys(KeysRequest request, StreamObserver<KeysResponse> observer) {
    scans.keys(request, observer);
  }

  @Override
  public StreamObserver<PipelineRequest> pipeline(StreamObserver<PipelineResponse> observer) {
    return pipelines.open(observer);
  }

  private <R> UnaryCaller<R> caller(StreamObserver<R> observer, NodeMetrics.Call call) {
    return new UnaryCaller<>(observer, metrics.call(call));
  }

  /** Ends the pipelined streams, which would go on for as long as their clients like. */
  public void endPipelines() {
    pipelines.end();
  }
}
