package io.cairn.compare.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for a node that starts to answer. Each attempt has a client of its own, for one that could
 * not connect waits before it tries again, and that wait is not the node's.
 */
final class FirstAnswer {
  private static final long POLL_NANOS = 2_000_000;
  private static final long ATTEMPT_SECONDS = 1;
  private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(5);

  private final Target.Factory factory;
  private final List<String> endpoints;
  private final String variant;
  private final Dataset data;

  FirstAnswer(Target.Factory factory, List<String> endpoints, String variant, Dataset data) {
    this.factory = factory;
    this.endpoints = endpoints;
    this.variant = variant;
    this.data = data;
  }

  /** Returns when a strong get has found its key. */
  void await() throws Exception {
    long began = System.nanoTime();
    while (!(accepts() && answers())) {
      if (System.nanoTime() - began > LIMIT_NANOS) {
        throw new IllegalStateException("no answer within 5 minutes");
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private boolean accepts() {
    String endpoint = endpoints.get(0);
    int colon = endpoint.lastIndexOf(':');
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(
              endpoint.substring(0, colon), Integer.parseInt(endpoint.substring(colon + 1))));
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  private boolean answers() throws Exception {
    CompletableFuture<Boolean> found = new CompletableFuture<>();
    try (Target fresh = factory.connect(endpoints, variant)) {
      fresh
          .call(Operation.STRONG_GET)
          .start(
              data.key(data.size() - 1),
              data.value(0),
              new Answer() {
                @Override
                public void succeeded() {
                  found.complete(true);
                }

                @Override
                public void failed(Throwable cause) {
                  found.completeExceptionally(cause);
                }
              });
      return found.get(ATTEMPT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException notYet) {
      return false;
    }
  }
}
