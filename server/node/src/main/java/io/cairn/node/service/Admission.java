package io.cairn.node.service;

import io.cairn.api.Failure;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The node's budget of bytes in flight. A write holds what it takes until it is answered, a read
 * its {@link Share} until the network has taken the answer. It bounds all queues that requests go
 * through. Any thread.
 */
public final class Admission {
  /**
   * What a request takes besides its key and value, about: objects, buffers, its place in queues.
   */
  static final int CALL_BYTES = 512;

  private final long limitBytes;
  private final AtomicLong inFlightBytes = new AtomicLong();
  private final CountDownLatch empty = new CountDownLatch(1);
  private volatile boolean closed;

  public Admission(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /** Admits a call; null when there was room, else why it is refused. */
  @Nullable Failure enterOrRefuse(long bytes) {
    if (inFlightBytes.addAndGet(bytes) <= limitBytes && !closed) {
      return null;
    }
    leave(bytes);
    return closed ? Failure.SHUTTING_DOWN : Failure.OVERLOADED;
  }

  /** More for a call that was admitted; that the node has begun to drain does not matter to it. */
  boolean tryTake(long bytes) {
    if (inFlightBytes.addAndGet(bytes) <= limitBytes) {
      return true;
    }
    leave(bytes);
    return false;
  }

  void leave(long bytes) {
    if (inFlightBytes.addAndGet(-bytes) == 0 && closed) {
      empty.countDown();
    }
  }

  /** Refuses everything from now on. */
  public void close() {
    closed = true;
    if (inFlightBytes.get() == 0) {
      empty.countDown();
    }
  }

  /** After {@link #close}: waits until the last request is answered; false when it takes longer. */
  public boolean awaitEmpty(long timeoutMillis) throws InterruptedException {
    return empty.await(timeoutMillis, TimeUnit.MILLISECONDS);
  }

  public long inFlightBytes() {
    return inFlightBytes.get();
  }

  long limitBytes() {
    return limitBytes;
  }
}
