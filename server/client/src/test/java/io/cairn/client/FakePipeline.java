package io.cairn.client;

import io.cairn.v1.KvGrpc.KvImplBase;
import io.cairn.v1.PipelineAnswer;
import io.cairn.v1.PipelineFailure;
import io.cairn.v1.PipelineLimits;
import io.cairn.v1.PipelineOperation;
import io.cairn.v1.PipelineRequest;
import io.cairn.v1.PipelineResponse;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.BiConsumer;

/** The pipelined stream of a {@link FakeNode}: what comes on it is done as its calls are. */
final class FakePipeline implements StreamObserver<PipelineRequest> {

  private final KvImplBase node;
  private final ServerCallStreamObserver<PipelineResponse> stream;
  private boolean broken;

  FakePipeline(KvImplBase node, StreamObserver<PipelineResponse> stream, PipelineLimits limits) {
    this.node = node;
    this.stream = (ServerCallStreamObserver<PipelineResponse>) stream;
    this.stream.setOnCancelHandler(() -> broken = true);
    stream.onNext(PipelineResponse.newBuilder().setLimits(limits).build());
  }

  @Override
  public void onNext(PipelineRequest request) {
    for (PipelineOperation operation : request.getOperationsList()) {
      if (!broken) {
        begin(operation);
      }
    }
  }

  private void begin(PipelineOperation operation) {
    long id = operation.getId();
    switch (operation.getRequestCase()) {
      case GET -> node.get(operation.getGet(), new Caller<>(id, PipelineAnswer.Builder::setGet));
      case MULTI_GET ->
          node.multiGet(
              operation.getMultiGet(), new Caller<>(id, PipelineAnswer.Builder::setMultiGet));
      case EXISTS ->
          node.exists(operation.getExists(), new Caller<>(id, PipelineAnswer.Builder::setExists));
      case PUT -> node.put(operation.getPut(), new Caller<>(id, PipelineAnswer.Builder::setPut));
      case DELETE ->
          node.delete(operation.getDelete(), new Caller<>(id, PipelineAnswer.Builder::setDelete));
      case CLEAR ->
          node.clear(operation.getClear(), new Caller<>(id, PipelineAnswer.Builder::setClear));
      case REQUEST_NOT_SET -> throw new AssertionError("an operation without a request");
    }
  }

  @Override
  public void onError(Throwable cancelled) {}

  @Override
  public void onCompleted() {
    stream.onCompleted();
  }

  /** A connection that breaks ends the stream; all else is the answer to one operation. */
  private final class Caller<R> extends ServerCallStreamObserver<R> {

    private final long id;
    private final BiConsumer<PipelineAnswer.Builder, R> setter;

    Caller(long id, BiConsumer<PipelineAnswer.Builder, R> setter) {
      this.id = id;
      this.setter = setter;
    }

    private void answer(PipelineAnswer.Builder answer) {
      if (!broken) {
        stream.onNext(PipelineResponse.newBuilder().addAnswers(answer.setId(id)).build());
      }
    }

    @Override
    public void onNext(R response) {
      PipelineAnswer.Builder answer = PipelineAnswer.newBuilder();
      setter.accept(answer, response);
      answer(answer);
    }

    @Override
    public void onError(Throwable thrown) {
      com.google.rpc.Status status = StatusProto.fromThrowable(thrown);
      if (status.getCode() == Status.Code.UNAVAILABLE.value() && status.getDetailsCount() == 0) {
        broken = true;
        stream.onError(thrown);
      } else {
        answer(
            PipelineAnswer.newBuilder()
                .setFailure(
                    PipelineFailure.newBuilder()
                        .setCode(status.getCode())
                        .setMessage(status.getMessage())
                        .addAllDetails(status.getDetailsList())));
      }
    }

    @Override
    public void onCompleted() {}

    @Override
    public boolean isCancelled() {
      return broken;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {}

    @Override
    public void setCompression(String compression) {}

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}
  }
}
