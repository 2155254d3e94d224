package io.cairn.client;

import com.google.protobuf.MessageLite;
import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.v1.WriteOutcome;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
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
abstract class UnaryCall<Q, A, R extends @Nullable Object> extends RoutedCall<R> {

  private static final String BY_CALLER = "The caller cancelled the call.";

  private final Rpc<Q, A, R> rpc;
  private final long startNanos;
  private int attempts;
  private int timeouts;
  private boolean doubted;
  private boolean maybeApplied;
  private @Nullable FailureStatus last;
  private @Nullable Node answeredBy;
  private @Nullable Attempt current; // guarded by this

  /**
   * @param startNanos when its deadline began
   * @param keyHash as for {@link RoutedCall}
   */
  UnaryCall(
      Connection connection, Rpc<Q, A, R> rpc, long startNanos, long keyHash, boolean toLeader) {
    super(connection, keyHash, toLeader);
    this.rpc = rpc;
    this.startNanos = startNanos;
  }

  /**
   * What to send now.
   *
   * @param maybeApplied whether an earlier attempt may have been applied, or may be yet
   */
  abstract Q nextRequest(boolean maybeApplied);

  /** Sends the first attempt, after the map has been learnt when that is not known yet. */
  final void begin() {
    if (rpc.kind() == Rpc.Kind.DESCRIPTION) {
      send();
    } else if (connection.cluster().mapOrNull() == null) {
      learnMapAndBegin();
    } else {
      beginWithMap();
    }
  }

  /** Sends the first attempt; a subclass may have something to do first. */
  void beginWithMap() {
    send();
  }

  final void learnMapAndBegin() {
    connection.learnMap(leftNanos(), map -> beginWithMap(), this::refuse);
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
    Node node = nextNodeOrNull();
    if (node == null) {
      onFailure(
          null,
          FailureStatus.ofRead(
              Failure.NOT_LEADER, "Shard " + shard() + " has no leader at present."),
          null);
      return;
    }
    if (last != null && last.failure() == Failure.UNREACHABLE) {
      node.reconnect();
    }
    // Made before the start, which may end the attempt: what to send depends on the earlier ones.
    Q request = nextRequest(maybeApplied);
    Attempt attempt = new Attempt(node, request);
    doubted = timeouts > 0 && isToLeader();
    if (doubted) {
      connection.doubts(this);
    }
    attempt.send();
  }

  /**
   * Breaks off an attempt at a node that a map does not name as the leader any more: it may hang.
   * What became of the attempt is as unknown as if the connection had broken.
   */
  final void leaveFormerLeader(ShardMap map) {
    Attempt attempt;
    synchronized (this) {
      attempt = current;
    }
    Node leader = map.leaderOrNull(shardIn(map));
    if (attempt != null && leader != null && !leader.equals(attempt.node)) {
      attempt.cancel("Another node leads the shard by now.");
    }
  }

  /** Of the call's deadline; at least 1. */
  final long leftNanos() {
    long spent = connection.timer().nanoTime() - startNanos;
    return Math.max(1, connection.options().deadline().toNanos() - spent);
  }

  /** The request goes by the node's stream when there is one that takes it. */
  private Exchange exchange(Node node, Q request, long timeoutNanos, Attempt attempt) {
    Rpc.Piped<Q, A> piped = rpc.pipedOrNull();
    if (piped != null && connection.options().pipelining()) {
      PipelineStream stream =
          node.pipeline().streamOrNull(((MessageLite) request).getSerializedSize());
      if (stream != null) {
        return PipelinedExchange.of(stream, piped, request, timeoutNanos, attempt);
      }
    }
    return new UnaryExchange<>(node, rpc, request, timeoutNanos, attempt);
  }

  /** One time that the request is sent. */
  private final class Attempt implements Exchange.Ending<A> {

    private final Node node;
    private final Q request;
    private final long timeoutNanos;
    private volatile Exchange exchange;
    private boolean sent; // guarded by the call of the user's
    private @Nullable Runnable end; // guarded by the call of the user's

    Attempt(Node node, Q request) {
      this.node = node;
      this.request = request;
      ClientOptions limits = connection.options();
      timeoutNanos =
          Math.min(
              rpc.kind() == Rpc.Kind.BARE_WRITE // which is not sent again
                  ? limits.requestTimeout().toNanos()
                  : limits.attemptNanos(timeouts),
              leftNanos());
      exchange = exchange(node, request, timeoutNanos, this);
    }

    void send() {
      Runnable ended = null;
      if (exchange instanceof PipelinedExchange) {
        // It goes in one step. Its end does not wait for this thread, which may be sending others'.
        onSent();
        exchange.start();
      } else {
        exchange.start();
        ended = onSent();
      }
      if (ended != null) {
        onEnd(ended);
      } else if (isDone()) {
        cancel(BY_CALLER);
      }
    }

    /** Returns what is to be done when it has ended already. */
    private @Nullable Runnable onSent() {
      synchronized (UnaryCall.this) {
        sent = true;
        if (end == null) {
          current = this; // from now on cancelling the future cancels this
        }
        return end;
      }
    }

    void cancel(String why) {
      exchange.cancel(why);
    }

    @Override
    public void onAnswer(A answer) {
      onEnd(() -> UnaryCall.this.onAnswer(node, answer));
    }

    @Override
    public void onFailure(FailureStatus failure, @Nullable Throwable cause, boolean departed) {
      onEnd(() -> UnaryCall.this.onFailure(node, failure, cause, departed));
    }

    @Override
    public void onNoPipeline() {
      exchange = new UnaryExchange<>(node, rpc, request, timeoutNanos, this);
      exchange.start();
    }

    private void onEnd(Runnable what) {
      synchronized (UnaryCall.this) {
        if (!sent) {
          end = what;
          return;
        }
        current = null;
      }
      if (doubted) {
        connection.doubtsNoLonger(UnaryCall.this);
      }
      what.run();
    }
  }

  private void onAnswer(Node node, A answer) {
    boolean description = rpc.kind() == Rpc.Kind.DESCRIPTION;
    if (!connection.cluster().accepts(rpc.header().apply(answer), node, description)) {
      maybeApplied |= rpc.isWrite();
      onFailure(node, connection.cluster().foreign(), null);
      return;
    }
    answeredBy = node;
    connection.released();
    if (isToLeader()) {
      connection.onLeaderAnswered(this);
    }
    complete(rpc.result().apply(answer));
  }

  /** The node that answered; only of a call that has succeeded. */
  final Node answeredBy() {
    return Objects.requireNonNull(answeredBy);
  }

  private void onFailure(
      Node node, FailureStatus failure, @Nullable Throwable cause, boolean departed) {
    maybeApplied |=
        rpc.isWrite() && departed && outcomeOf(failure) != WriteOutcome.WRITE_OUTCOME_NOT_APPLIED;
    if (failure.failure() == Failure.DEADLINE_EXCEEDED) {
      timeouts++;
    }
    onFailure(node, failure, cause);
  }

  private void onFailure(@Nullable Node node, FailureStatus failure, @Nullable Throwable cause) {
    if (isDone()) {
      connection.released(); // cancelled by the caller
      return;
    }
    last = failure;
    if (connection.isClosed()) {
      fail(Connection.closedStatus(), cause);
      return;
    }
    if (!mayResend(failure, maybeApplied) || attempts >= connection.options().maxAttempts()) {
      fail(failure, cause);
      return;
    }
    long delayNanos = pauseNanos(node, failure);
    if (delayNanos < leftNanos()) {
      connection.later(this, delayNanos);
    } else {
      fail(failure, cause);
    }
  }

  private WriteOutcome outcomeOf(FailureStatus failure) {
    return failure.writeOutcome() == WriteOutcome.WRITE_OUTCOME_UNSPECIFIED
        ? failure.failure().writeOutcome()
        : failure.writeOutcome();
  }

  /** Whether the request may be sent again as far as safety goes. */
  boolean mayResend(FailureStatus failure, boolean maybeApplied) {
    if (failure.failure() == Failure.OTHER_CLUSTER && rpc.kind() == Rpc.Kind.DESCRIPTION) {
      return attempts < connection.nodes().size();
    }
    return (failure.failure().isRetryable() || failure.failure() == Failure.OTHER_CLUSTER)
        && (rpc.kind() != Rpc.Kind.BARE_WRITE || !maybeApplied);
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
  final void refuse(FailureStatus failure) {
    fail(failure, null);
  }

  private void fail(FailureStatus failure, @Nullable Throwable cause) {
    connection.released();
    FailureStatus told = failure;
    if (rpc.isWrite()) {
      told = told.withWriteOutcome(finalOutcome(failure));
    }
    long spentNanos = connection.timer().nanoTime() - startNanos;
    completeExceptionally(
        CairnException.of(
            Failures.withStory(told, attempts, spentNanos, connection.cluster().foreignerOrNull()),
            cause));
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
      attempt.cancel(BY_CALLER);
    }
    return cancelled;
  }

  /** What the user derives from this is an ordinary future. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
