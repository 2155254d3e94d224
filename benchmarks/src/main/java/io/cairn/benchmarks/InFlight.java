package io.cairn.benchmarks;

import io.grpc.stub.StreamObserver;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Carries out asynchronous operations with a fixed number of them under way: each lane starts its
 * next operation where the one before it completes, so that no thread hands work to another.
 */
final class InFlight {

  /** Starts operations. */
  interface Operation<T> {
    /** Starts one; the observer must be told of its end later, never before this returns. */
    void start(StreamObserver<T> observer);
  }

  private InFlight() {}

  /** Carries out {@code lanes * operationsPerLane} operations and waits for the last. */
  static <T> void run(int lanes, int operationsPerLane, Operation<T> operation)
      throws InterruptedException {
    CountDownLatch running = new CountDownLatch(lanes);
    Lane<?>[] all = new Lane<?>[lanes];
    for (int i = 0; i < lanes; i++) {
      Lane<T> lane = new Lane<>(operation, operationsPerLane, running);
      all[i] = lane;
      lane.startNext();
    }
    running.await();
    for (Lane<?> lane : all) {
      if (lane.failure != null) {
        throw new IllegalStateException("an operation failed", lane.failure);
      }
    }
  }

  private static final class Lane<T> implements StreamObserver<T> {
    private final Operation<T> operation;
    private final CountDownLatch running;
    private int left;
    private volatile @Nullable Throwable failure;

    Lane(Operation<T> operation, int operations, CountDownLatch running) {
      this.operation = operation;
      this.left = operations;
      this.running = running;
    }

    void startNext() {
      if (left-- > 0) {
        operation.start(this);
      } else {
        running.countDown();
      }
    }

    @Override
    public void onNext(T value) {}

    @Override
    public void onCompleted() {
      startNext();
    }

    @Override
    public void onError(Throwable thrown) {
      failure = thrown;
      running.countDown();
    }
  }
}
