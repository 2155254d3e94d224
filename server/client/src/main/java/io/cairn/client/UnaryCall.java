package io.cairn.client;

import com.google.common.util.concurrent.MoreExecutors;
import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.v1.WriteOutcome;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One call of the user's: sent, and sent again while that is safe and the deadline allows it. It is
 * the future that the user holds.
 *
 * <p>gRPC's own retries (its service config) would not do: a write must say on each attempt which
 * one it is, another node must be tried in turn, and what is safe depends on the write's outcome,
 * not on the code alone. What gRPC still does by itself is to send a request again that certainly
 * never reached a server.
 *
 * <p>Answers are handled on the connection's event loop: handing each to a pool costs five times
 * the throughput. gRPC may report the end of an attempt to another thread, or within {@code start},
 * before the attempt is sent in full; its end is then handled by the sender, when it has sent. So
 * the attempts of one call never overlap and its fields need no lock; only {@code current} is
 * shared with whoever cancels.
 */
abstract class UnaryCall<Q, A, R extends @Nullable Object> extends CompletableFuture<R> {

  private static final CallOptions ON_EVENT_LOOP =
      CallOptions.DEFAULT.withExecutor(MoreExecutors.directExecutor());

  private final Connection connection;
  private final Rpc<Q, A, R> rpc;
  private final long startNanos;
  private int attempts;
  private int lostNodes;
  private int pauses;
  private boolean maybeApplied;
  private @Nullable FailureStatus last;
  private @Nullable Attempt current; // guarded by this

  UnaryCall(Connection connection, Rpc<Q, A, R> rpc) {
    this.connection = connection;
    this.rpc = rpc;
    this.startNanos = connection.timer().nanoTime();
  }

  /**
   * What to send now.
   *
   * @param maybeApplied whether an earlier attempt may have been applied, or may be yet
   */
  abstract Q nextRequest(boolean maybeApplied);

  final Connection connection() {
    return connection;
  }

  /** Sends the next attempt. */
  final void send() {
    if (isDone()) {
      connection.released(); // cancelled by the caller
      return;
    }
    if (connection.isClosed()) {
      fail(Connection.closedStatus(), null);
      return;
    }
    attempts++;
    Nodes.Node node = connection.nodes().preferred();
    if (last != null && last.failure() == Failure.UNREACHABLE) {
      connection.nodes().reconnect(node);
    }
    // Made before the start, which may end the attempt: what to send depends on the earlier ones.
    Q request = nextRequest(maybeApplied);
    Attempt attempt = new Attempt(node);
    attempt.send(request);
  }

  /** Of the call's deadline; at least 1. */
  final long leftNanos() {
    long spent = connection.timer().nanoTime() - startNanos;
    return Math.max(1, connection.options().deadline().toNanos() - spent);
  }

  /** One request on the wire. */
  private final class Attempt extends ClientCall.Listener<A> {

    private final Nodes.Node node;
    private final Departure departure = new Departure();
    private final ClientCall<Q, A> call;
    private @Nullable A answer;
    private boolean sent; // guarded by the call of the user's
    private @Nullable Status ended; // guarded by the call of the user's
    private Metadata trailers = new Metadata();

    Attempt(Nodes.Node node) {
      this.node = node;
      long timeoutNanos = Math.min(connection.options().requestTimeout().toNanos(), leftNanos());
      CallOptions options = ON_EVENT_LOOP.withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS);
      this.call =
          node.channel()
              .newCall(
                  rpc.method(),
                  rpc.isWrite() ? options.withStreamTracerFactory(departure) : options);
    }

    void send(Q request) {
      call.start(this, new Metadata());
      call.request(2); // the second is for the end of the stream
      call.sendMessage(request);
      call.halfClose();
      Status end;
      synchronized (UnaryCall.this) {
        sent = true;
        end = ended;
        if (end == null) {
          current = this; // from now on cancelling the future cancels this
        }
      }
      if (end != null) {
        onEnd(end);
      } else if (isDone()) {
        cancel();
      }
    }

    void cancel() {
      call.cancel("The caller cancelled the call.", null);
    }

    @Override
    public void onMessage(A message) {
      answer = message;
    }

    @Override
    public void onClose(Status status, Metadata closingTrailers) {
      trailers = closingTrailers;
      synchronized (UnaryCall.this) {
        ended = status;
        if (!sent) {
          return;
        }
        current = null;
      }
      onEnd(status);
    }

    private void onEnd(Status status) {
      A answered = answer;
      if (status.isOk() && answered != null) {
        succeed(answered);
      } else {
        onFailure(node, status, trailers, departure.happened);
      }
    }
  }

  /**
   * Notices whether a connection took the request. Without one gRPC keeps a request, and fails it
   * when none comes about: then the write was certainly not applied.
   */
  private static final class Departure extends ClientStreamTracer.Factory {

    private volatile boolean happened;

    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      return new ClientStreamTracer() {
        @Override
        public void streamCreated(Attributes connectionAttributes, Metadata sentHeaders) {
          happened = true;
        }
      };
    }
  }

  private void succeed(A answer) {
    connection.seen().saw(rpc.header().apply(answer));
    connection.released();
    complete(rpc.result().apply(answer));
  }

  private void onFailure(Nodes.Node node, Status status, Metadata trailers, boolean departed) {
    if (isDone()) {
      connection.released(); // cancelled by the caller
      return;
    }
    FailureStatus failure = Failures.read(status, trailers, node.name());
    maybeApplied |=
        rpc.isWrite() && departed && outcomeOf(failure) != WriteOutcome.WRITE_OUTCOME_NOT_APPLIED;
    last = failure;
    if (connection.isClosed()) {
      fail(Connection.closedStatus(), status.getCause());
      return;
    }
    long delayNanos = pauseNanos(node, failure);
    if (mayResend(failure, maybeApplied)
        && attempts < connection.options().maxAttempts()
        && delayNanos < leftNanos()) {
      connection.later(this, delayNanos);
    } else {
      fail(failure, status.getCause());
    }
  }

  private WriteOutcome outcomeOf(FailureStatus failure) {
    return failure.writeOutcome() == WriteOutcome.WRITE_OUTCOME_UNSPECIFIED
        ? failure.failure().writeOutcome()
        : failure.writeOutcome();
  }

  /** Whether the request may be sent again as far as safety goes. */
  boolean mayResend(FailureStatus failure, boolean maybeApplied) {
    return failure.failure().isRetryable() && (rpc.kind() != Rpc.Kind.BARE_WRITE || !maybeApplied);
  }

  /** No pause before another node is tried; one before the same node or the first one again. */
  private long pauseNanos(Nodes.Node node, FailureStatus failure) {
    if (Failures.isTheNodes(failure)) {
      connection.nodes().leave(node);
      lostNodes++;
      if (lostNodes % connection.nodes().size() != 0) {
        return 0;
      }
    }
    return Backoff.delayNanos(pauses++, failure.retryDelay().toNanos(), connection.random());
  }

  /** The pause is over. */
  final void resend() {
    FailureStatus failure = last;
    if (failure == null || isDone() || connection.isClosed()) {
      send();
    } else {
      resend(failure);
    }
  }

  /** Sends again after a failure; a subclass may have something to do first. */
  void resend(FailureStatus failure) {
    send();
  }

  /** Fails a call of which nothing was sent, or nothing that could have been applied. */
  final void refuse(Failure failure, String message) {
    fail(FailureStatus.ofRead(failure, message), null);
  }

  private void fail(FailureStatus failure, @Nullable Throwable cause) {
    connection.released();
    FailureStatus told = failure;
    if (rpc.isWrite()) {
      told = told.withWriteOutcome(finalOutcome(failure));
    }
    long spentNanos = connection.timer().nanoTime() - startNanos;
    completeExceptionally(CairnException.of(Failures.withStory(told, attempts, spentNanos), cause));
  }

  private WriteOutcome finalOutcome(FailureStatus failure) {
    if (failure.writeOutcome() == WriteOutcome.WRITE_OUTCOME_APPLIED_BELOW_LEVEL) {
      return failure.writeOutcome();
    }
    return maybeApplied
        ? WriteOutcome.WRITE_OUTCOME_UNKNOWN
        : WriteOutcome.WRITE_OUTCOME_NOT_APPLIED;
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    Attempt attempt;
    synchronized (this) {
      attempt = current;
    }
    if (cancelled && attempt != null) {
      attempt.cancel();
    }
    return cancelled;
  }

  /** What the user derives from this is an ordinary future. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
