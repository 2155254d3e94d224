package io.cairn.node.service;

import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.node.config.NodeConfig;
import io.cairn.node.metrics.NodeMetrics;
import io.cairn.v1.PipelineAnswer;
import io.cairn.v1.PipelineOperation;
import io.cairn.v1.PipelineRequest;
import io.cairn.v1.PipelineResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The pipelined streams of the node. What comes on them goes the way of a call by itself; only who
 * is told the answer differs.
 */
final class PipelinePath {
  private static final FailureStatus ENDING =
      FailureStatus.ofRead(Failure.SHUTTING_DOWN, "The node is shutting down.");

  private final WritePath writes;
  private final ReadPath reads;
  private final MultiGetPath multiGets;
  private final ClearPath clears;
  private final Answers answers;
  private final NodeMetrics metrics;
  private final NodeConfig.Limits limits;
  private final Set<PipelineStream> open = ConcurrentHashMap.newKeySet();
  private volatile boolean ending;

  PipelinePath(
      WritePath writes,
      ReadPath reads,
      MultiGetPath multiGets,
      ClearPath clears,
      Answers answers,
      NodeMetrics metrics,
      NodeConfig.Limits limits) {
    this.writes = writes;
    this.reads = reads;
    this.multiGets = multiGets;
    this.clears = clears;
    this.answers = answers;
    this.metrics = metrics;
    this.limits = limits;
    metrics.gauge("cairn.pipelines.open", "", "Pipelined streams that are open", open, Set::size);
  }

  StreamObserver<PipelineRequest> open(StreamObserver<PipelineResponse> observer) {
    PipelineStream stream =
        new PipelineStream(
            this,
            (ServerCallStreamObserver<PipelineResponse>) observer,
            limits.maxPipelinedBytes());
    open.add(stream);
    stream.open(limits.maxMessageBytes());
    if (ending) {
      stream.endWith(ENDING);
    }
    return stream;
  }

  void closed(PipelineStream stream) {
    open.remove(stream);
  }

  void begin(PipelineOperation operation, PipelineStream stream) {
    switch (operation.getRequestCase()) {
      case GET ->
          reads.get(
              operation.getGet(),
              stream.caller(
                  operation, metrics.call(NodeMetrics.Call.GET), PipelineAnswer.Builder::setGet));
      case MULTI_GET ->
          multiGets.multiGet(
              operation.getMultiGet(),
              stream.caller(
                  operation,
                  metrics.call(NodeMetrics.Call.MULTI_GET),
                  PipelineAnswer.Builder::setMultiGet));
      case EXISTS ->
          reads.exists(
              operation.getExists(),
              stream.caller(
                  operation,
                  metrics.call(NodeMetrics.Call.EXISTS),
                  PipelineAnswer.Builder::setExists));
      case PUT ->
          writes.put(
              operation.getPut(),
              stream.caller(
                  operation, metrics.call(NodeMetrics.Call.PUT), PipelineAnswer.Builder::setPut));
      case DELETE ->
          writes.delete(
              operation.getDelete(),
              stream.caller(
                  operation,
                  metrics.call(NodeMetrics.Call.DELETE),
                  PipelineAnswer.Builder::setDelete));
      case CLEAR ->
          clears.clear(
              operation.getClear(),
              stream.caller(
                  operation,
                  metrics.call(NodeMetrics.Call.CLEAR),
                  PipelineAnswer.Builder::setClear));
      case REQUEST_NOT_SET ->
          refuse(
              operation,
              stream,
              FailureStatus.ofRead(
                  Failure.INVALID_OPERATION,
                  "The operation has no request, or one that this node does not know."));
    }
  }

  /** Answers an operation that is not begun. */
  void refuse(PipelineOperation operation, PipelineStream stream, FailureStatus status) {
    Caller<Void> caller = stream.refused(operation);
    switch (operation.getRequestCase()) {
      case GET, MULTI_GET, EXISTS -> answers.refuseRead(caller, status);
      case PUT, DELETE, CLEAR, REQUEST_NOT_SET -> answers.refuseWrite(caller, status);
    }
  }

  /** Time has passed. */
  void tick() {
    long nowNanos = System.nanoTime();
    open.forEach(stream -> stream.tick(nowNanos));
  }

  /** Ends every stream when what is under way on it is answered. */
  void end() {
    ending = true;
    open.forEach(stream -> stream.endWith(ENDING));
  }
}
