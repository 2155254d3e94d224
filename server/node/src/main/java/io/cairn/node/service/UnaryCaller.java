package io.cairn.node.service;

import io.cairn.api.FailureStatus;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** A call of its own. */
final class UnaryCaller<R> implements Caller<R> {
  private final ServerCallStreamObserver<R> observer;

  UnaryCaller(StreamObserver<R> observer) {
    this.observer = (ServerCallStreamObserver<R>) observer;
  }

  @Override
  public void answer(R response) {
    observer.onNext(response);
    observer.onCompleted();
  }

  @Override
  public void fail(FailureStatus status) {
    observer.onError(status.toException());
  }

  @Override
  public boolean isGone() {
    return observer.isCancelled();
  }

  @Override
  public void whenEnded(Runnable task) {
    observer.setOnCloseHandler(task);
    observer.setOnCancelHandler(task);
  }

  @Override
  public void flush() {}
}
