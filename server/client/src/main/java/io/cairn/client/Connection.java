package io.cairn.client;

import com.google.protobuf.ByteString;
import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.v1.DescribeRequest;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.WriteId;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
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
  private final Cluster cluster;
  private final AtomicInteger outstanding = new AtomicInteger();

  /** Calls between two attempts: nothing but the timer would wake them when the client closes. */
  private final Set<UnaryCall<?, ?, ?>> waiting = ConcurrentHashMap.newKeySet();

  /** Those of them that have not found the leader of their shard, by shard. */
  private final Map<Integer, Set<UnaryCall<?, ?, ?>>> seeking = new ConcurrentHashMap<>();

  /** Calls at a leader that did not answer an earlier attempt in time: it may hang. */
  private final Set<UnaryCall<?, ?, ?>> doubting = ConcurrentHashMap.newKeySet();

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
    this.cluster = new Cluster(nodes, timer, this::describe, this::onMap);
  }

  /**
   * Sends a request that has no write id.
   *
   * @param keyHash as for {@link RoutedCall}
   */
  <Q, A, R extends @Nullable Object> CompletableFuture<R> call(
      Rpc<Q, A, R> rpc, Q request, long keyHash, boolean toLeader) {
    return start(new PlainCall<>(this, rpc, request, timer.nanoTime(), keyHash, toLeader));
  }

  /**
   * Sends a write.
   *
   * @param request makes it from its write id, once for each attempt
   */
  <Q, A> CompletableFuture<Long> write(
      Rpc<Q, A, Long> rpc,
      ByteString key,
      long keyHash,
      int valueBytes,
      Function<WriteId, Q> request) {
    return start(new IdentifiedWrite<>(this, rpc, key, keyHash, valueBytes, request));
  }

  private <R extends @Nullable Object> CompletableFuture<R> start(UnaryCall<?, ?, R> call) {
    FailureStatus refusal = enterOrRefuse();
    if (refusal == null) {
      call.begin();
    } else {
      call.refuse(refusal);
    }
    return call;
  }

  /** Counts a call; it must be {@link #released} also when it is refused. */
  @Nullable FailureStatus enterOrRefuse() {
    if (outstanding.incrementAndGet() > options.maxOutstanding()) {
      return FailureStatus.ofRead(
          Failure.TOO_MANY_OUTSTANDING,
          "This client has "
              + options.maxOutstanding()
              + " calls under way, its limit: wait for some to complete, or raise maxOutstanding.");
    }
    return closed ? FailureStatus.ofRead(Failure.CLIENT_CLOSED, "The client is closed.") : null;
  }

  /** Counts a call that is not the user's own, and is therefore not refused. */
  void entered() {
    outstanding.incrementAndGet();
  }

  /** A call has ended, whichever way. */
  void released() {
    outstanding.decrementAndGet();
  }

  private UnaryCall<?, ?, DescribeResponse> describe() {
    entered();
    UnaryCall<?, ?, DescribeResponse> call =
        new PlainCall<>(
            this,
            Rpc.DESCRIBE,
            DescribeRequest.getDefaultInstance(),
            timer.nanoTime(),
            RoutedCall.NO_SHARD,
            false);
    call.begin();
    return call;
  }

  /** Fetches the map, for one that can wait so long. */
  @SuppressWarnings("FutureReturnValueIgnored") // its callback handles both endings
  void learnMap(long nanos, Consumer<ShardMap> then, Consumer<FailureStatus> otherwise) {
    // Others may wait for the same answer, and longer.
    CompletableFuture<ShardMap> mine = cluster.fetch().copy();
    if (!mine.isDone()) {
      timer.schedule(() -> mine.completeExceptionally(tooLate()), nanos);
    }
    mine.whenComplete(
        (map, error) -> {
          if (error == null) {
            then.accept(map);
          } else {
            otherwise.accept(noMap(error));
          }
        });
  }

  private static CairnException tooLate() {
    return CairnException.of(
        FailureStatus.ofRead(
            Failure.DEADLINE_EXCEEDED, "No node described its cluster within the deadline."),
        null);
  }

  private static FailureStatus noMap(Throwable error) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    return FailureStatus.ofRead(
        cause instanceof CairnException cairn ? cairn.reason() : Failure.INTERNAL,
        String.valueOf((cause == null ? error : cause).getMessage()));
  }

  /** Sends a call again after a while, or fails it when the client closes meanwhile. */
  void later(UnaryCall<?, ?, ?> call, long delayNanos) {
    waiting.add(call);
    if (call.soughtShard() != RoutedCall.NONE) {
      seeking.compute(
          call.soughtShard(),
          (shard, others) -> {
            Set<UnaryCall<?, ?, ?>> calls = others == null ? new HashSet<>() : others;
            calls.add(call);
            return calls;
          });
    }
    timer.schedule(() -> wake(call), delayNanos);
    ShardMap map = cluster.mapOrNull();
    if (closed || (map != null && call.awaitsLeader() && call.goesElsewhere(map))) {
      wake(call);
    }
  }

  private void wake(UnaryCall<?, ?, ?> call) {
    if (waiting.remove(call)) {
      seeking.computeIfPresent(
          call.soughtShard(),
          (shard, calls) -> {
            calls.remove(call);
            return calls.isEmpty() ? null : calls;
          });
      call.resend();
    }
  }

  /**
   * Its shard's leader has answered this call: the others that seek it need not wait any longer.
   */
  void onLeaderAnswered(UnaryCall<?, ?, ?> answered) {
    Set<UnaryCall<?, ?, ?>> calls = seeking.isEmpty() ? null : seeking.remove(answered.shard());
    if (calls != null) {
      for (UnaryCall<?, ?, ?> call : calls) {
        if (waiting.remove(call)) {
          call.leaderFound();
          call.resend();
        }
      }
    }
  }

  /**
   * Calls whose shard has another leader by now need not wait any longer. While there are others
   * the map is fetched again, from the next node: this one may be cut off from the rest.
   */
  private void onMap(ShardMap map) {
    Node asked = nodes.preferred();
    doubting.forEach(call -> call.leaveFormerLeader(map));
    boolean anyAwaits = !doubting.isEmpty();
    Set<Node> failed = new HashSet<>();
    doubting.forEach(call -> call.addFailed(failed));
    for (UnaryCall<?, ?, ?> call : waiting) {
      if (call.awaitsLeader()) {
        if (call.goesElsewhere(map)) {
          wake(call);
        } else {
          anyAwaits = true;
          call.addFailed(failed);
        }
      }
    }
    if (anyAwaits) {
      nodes.leave(asked, failed);
      cluster.refresh();
    }
  }

  /** A call is sent to a leader that did not answer before; it is to leave it for a new one. */
  void doubts(UnaryCall<?, ?, ?> call) {
    doubting.add(call);
  }

  void doubtsNoLonger(UnaryCall<?, ?, ?> call) {
    doubting.remove(call);
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

  Cluster cluster() {
    return cluster;
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
    cluster.close();
    waiting.forEach(this::wake);
  }
}
