package io.cairn.client;

import com.google.protobuf.ByteString;
import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.v1.StatusRequest;
import io.cairn.v1.StatusResponse;
import io.cairn.v1.WriteId;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What all calls of one client share. Thread-safe. */
final class Connection implements AutoCloseable {

  private final Nodes nodes;
  private final ClientOptions options;
  private final Timer timer;
  private final DoubleSupplier random;
  private final long clientId;
  private final AtomicLong lastSequence = new AtomicLong();
  private final SeenOffsets seen = new SeenOffsets();
  private final AtomicInteger outstanding = new AtomicInteger();

  /** Calls between two attempts: nothing but the timer would wake them when the client closes. */
  private final Set<UnaryCall<?, ?, ?>> waiting = ConcurrentHashMap.newKeySet();

  private volatile boolean closed;

  /**
   * Owns nodes and timer from now on.
   *
   * @param clientId never 0
   * @param random from 0 to below 1
   */
  Connection(
      Nodes nodes, ClientOptions options, Timer timer, DoubleSupplier random, long clientId) {
    this.nodes = nodes;
    this.options = options;
    this.timer = timer;
    this.random = random;
    this.clientId = clientId;
  }

  /** Sends a request that has no write id. */
  <Q, A, R extends @Nullable Object> CompletableFuture<R> call(Rpc<Q, A, R> rpc, Q request) {
    UnaryCall<Q, A, R> call = new PlainCall<>(this, rpc, request);
    if (admit(call)) {
      call.send();
    }
    return call;
  }

  /**
   * Sends a write.
   *
   * @param request makes it from its write id, once for each attempt
   */
  <Q, A> CompletableFuture<Long> write(
      Rpc<Q, A, Long> rpc, ByteString key, int valueBytes, Function<WriteId, Q> request) {
    IdentifiedWrite<Q, A> call = new IdentifiedWrite<>(this, rpc, key, valueBytes, request);
    if (admit(call)) {
      SeenOffsets.Shards shards = seen.shardsOrNull();
      if (shards == null) {
        call.refreshAndSend();
      } else {
        call.send(shards);
      }
    }
    return call;
  }

  private boolean admit(UnaryCall<?, ?, ?> call) {
    if (outstanding.incrementAndGet() > options.maxOutstanding()) {
      call.refuse(
          Failure.TOO_MANY_OUTSTANDING,
          "This client has "
              + options.maxOutstanding()
              + " calls under way, its limit: wait for some to complete, or raise maxOutstanding.");
      return false;
    }
    if (closed) {
      call.refuse(Failure.CLIENT_CLOSED, "The client is closed.");
      return false;
    }
    return true;
  }

  /** A call has ended, whichever way. */
  void released() {
    outstanding.decrementAndGet();
  }

  /** Asks for the offsets of all shards; not counted as a call of the user's. */
  CompletableFuture<SeenOffsets.Shards> refreshSeen() {
    return seen.refresh(
        () -> {
          outstanding.incrementAndGet();
          UnaryCall<StatusRequest, StatusResponse, StatusResponse> call =
              new PlainCall<>(this, Rpc.STATUS, StatusRequest.getDefaultInstance());
          call.send();
          return call;
        });
  }

  /** Sends a call again after a while, or fails it when the client closes meanwhile. */
  void later(UnaryCall<?, ?, ?> call, long delayNanos) {
    waiting.add(call);
    timer.schedule(() -> wake(call), delayNanos);
    if (closed) {
      wake(call);
    }
  }

  private void wake(UnaryCall<?, ?, ?> call) {
    if (waiting.remove(call)) {
      call.resend();
    }
  }

  Nodes nodes() {
    return nodes;
  }

  ClientOptions options() {
    return options;
  }

  Timer timer() {
    return timer;
  }

  SeenOffsets seen() {
    return seen;
  }

  long clientId() {
    return clientId;
  }

  long nextSequence() {
    return lastSequence.incrementAndGet();
  }

  double random() {
    return random.getAsDouble();
  }

  boolean isClosed() {
    return closed;
  }

  static FailureStatus closedStatus() {
    return FailureStatus.ofRead(Failure.CLIENT_CLOSED, "The client was closed meanwhile.");
  }

  @Override
  public void close() {
    closed = true;
    timer.close();
    nodes.close();
    waiting.forEach(this::wake);
  }
}
