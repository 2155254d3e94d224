package io.cairn.node.service;

import io.cairn.api.FailureStatus;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** A call of its own. */
final class UnaryCaller<R> implements Caller<R> {
  private final ServerCallStreamObserver<R> observer;
  private final Timer timer;
  private final long arrivedNanos = System.nanoTime();

  UnaryCaller(StreamObserver<R> observer, Timer timer) {
    this.observer = (ServerCallStreamObserver<R>) observer;
    this.timer = timer;
  }

  @Override
  public void answer(R response) {
    timer.record(System.nanoTime() - arrivedNanos, TimeUnit.NANOSECONDS);
    observer.onNext(response);
    observer.onCompleted();
  }

  @Override
  public void fail(FailureStatus status) {
    observer.onError(status.toException());
  }

  @Override
  public long arrivedNanos() {
    return arrivedNanos;
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
