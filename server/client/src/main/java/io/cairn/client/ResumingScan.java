package io.cairn.client;

import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.v1.Consistency;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A scan that the caller pulls. It has a stream from each node that answers for some shards, mostly
 * one, and merges them. At most two chunks of each wait here unread, the node sends no more before
 * they are taken. When a stream breaks all are opened again behind the last item handed out, from
 * the nodes that answer for the shards by then.
 */
final class ResumingScan<Q, A, T> implements CloseableIterator<T> {

  private static final int CHUNKS_AHEAD = 2;

  /** What the event loop hands to the reading thread. */
  private sealed interface Event {}

  private record Chunk(Object message) implements Event {}

  private record End(Status status, Metadata trailers) implements Event {}

  private record PauseOver() implements Event {}

  private final Connection connection;
  private final ScanRpc<Q, A, T> rpc;
  private final ScanOptions options;
  private final ConsistencyLevel level;

  private final List<Stream> streams = new ArrayList<>();
  private @Nullable T next;
  private @Nullable T last;
  private long returned;
  private boolean finished;
  private @Nullable CairnException failed;

  private int failures;
  private int timeouts;
  private long waitingSinceNanos;
  private @Nullable Node brokenNode;

  ResumingScan(Connection connection, ScanRpc<Q, A, T> rpc, ScanOptions options) {
    this.connection = connection;
    this.rpc = rpc;
    this.options = options;
    ConsistencyLevel asked = options.level();
    this.level = asked == null ? connection.options().defaultLevel() : asked;
  }

  /** One call on the wire and what has come from it. */
  private final class Stream extends ClientCall.Listener<A> {

    private final Node node;
    private final ClientCall<Q, A> call;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private List<T> items = List.of();
    private int taken;
    private boolean ended;

    Stream(Node node) {
      this.node = node;
      this.call =
          node.channel()
              .newCall(
                  rpc.method(), CallOptions.DEFAULT.withExecutor(MoreExecutors.directExecutor()));
    }

    void open(List<Integer> shards) {
      if (node.equals(brokenNode)) {
        node.reconnect();
      }
      Consistency consistency = AsyncCairnClient.toWire(level);
      call.start(this, new Metadata());
      call.request(CHUNKS_AHEAD);
      call.sendMessage(rpc.request().make(options, consistency, after(), itemsLeft(), shards));
      call.halfClose();
    }

    @Override
    public void onMessage(A message) {
      events.add(new Chunk(message));
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      events.add(new End(status, trailers));
    }

    @Nullable T peek() {
      return taken < items.size() ? items.get(taken) : null;
    }

    void cancel() {
      call.cancel("The scan was closed.", null);
    }
  }

  /** Where to go on. */
  private ByteString after() {
    T item = last;
    return ByteString.copyFrom(item == null ? options.after() : rpc.key().apply(item));
  }

  private long itemsLeft() {
    return options.limit() == 0 ? 0 : options.limit() - returned;
  }

  @Override
  public boolean hasNext() {
    if (failed != null) {
      throw failed; // what was read is not all, however often the caller asks
    }
    while (next == null && !finished) {
      if (options.limit() > 0 && returned >= options.limit()) {
        close();
      } else if (streams.isEmpty()) {
        open();
      } else {
        step();
      }
    }
    return next != null;
  }

  @Override
  public T next() {
    T item = hasNext() ? next : null;
    if (item == null) {
      throw new NoSuchElementException("The scan is at its end.");
    }
    next = null;
    last = item;
    returned++;
    return item;
  }

  private void open() {
    beginWaiting();
    if (connection.isClosed()) {
      throw fail(Connection.closedStatus(), null);
    }
    ShardMap map = map();
    List<Integer> all = IntStream.range(0, map.shardCount()).boxed().toList();
    Map<@Nullable Node, List<Integer>> plan =
        map.byNode(all, isStrong(), connection.nodes().preferred(), failures);
    List<Integer> leaderless = plan.get(null);
    if (leaderless != null) {
      onBroken(
          null,
          FailureStatus.ofRead(
              Failure.NOT_LEADER, "Shard " + leaderless.get(0) + " has no leader at present."),
          null);
      return;
    }
    plan.forEach(
        (node, shards) -> {
          if (node != null) {
            Stream stream = new Stream(node);
            streams.add(stream);
            stream.open(plan.size() == 1 ? List.of() : shards);
          }
        });
  }

  private boolean isStrong() {
    return level == ConsistencyLevel.STRONG;
  }

  private ShardMap map() {
    ShardMap known = connection.cluster().mapOrNull();
    if (known != null) {
      return known;
    }
    CompletableFuture<ShardMap> learned = new CompletableFuture<>();
    connection.learnMap(
        connection.options().deadline().toNanos(),
        learned::complete,
        status -> learned.completeExceptionally(CairnException.of(status, null)));
    try {
      return learned.get();
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (ExecutionException e) {
      close();
      if (e.getCause() instanceof CairnException cairn) {
        failed = cairn;
        throw cairn;
      }
      throw new IllegalStateException(e);
    }
  }

  /** Takes what one stream waits for, or chooses the next item when all have one. */
  private void step() {
    Stream first = null;
    for (Stream stream : streams) {
      T item = stream.peek();
      if (item == null) {
        if (!stream.ended) {
          takeEvent(stream);
          return;
        }
      } else if (first == null || comesBefore(item, first.peek())) {
        first = stream;
      }
    }
    if (first == null) {
      finished = true;
    } else {
      next = first.peek();
      first.taken++;
    }
  }

  private boolean comesBefore(T item, @Nullable T other) {
    if (other == null) {
      return true;
    }
    int order = Arrays.compareUnsigned(rpc.key().apply(item), rpc.key().apply(other));
    return options.reverse() ? order > 0 : order < 0;
  }

  private void beginWaiting() {
    if (failures == 0) {
      // Not since the last chunk: how long the caller took to come for more is no fault of the
      // node.
      waitingSinceNanos = connection.timer().nanoTime();
    }
  }

  private void takeEvent(Stream open) {
    beginWaiting();
    Event event = await(open.events, connection.options().attemptNanos(timeouts));
    if (event == null) {
      timeouts++;
      onBroken(open, Status.DEADLINE_EXCEEDED, new Metadata());
    } else if (event instanceof Chunk chunk) {
      onChunk(open, chunk);
    } else if (event instanceof End end) {
      if (end.status.isOk()) {
        open.ended = true;
      } else {
        onBroken(open, end.status, end.trailers);
      }
    }
  }

  @SuppressWarnings("unchecked") // a chunk comes from the listener of the same type
  private void onChunk(Stream open, Chunk chunk) {
    A message = (A) chunk.message;
    if (!connection.cluster().accepts(rpc.header().apply(message), open.node, false)) {
      onBroken(open.node, connection.cluster().foreign(), null);
      return;
    }
    open.items = rpc.items().apply(message);
    open.taken = 0;
    open.call.request(1);
    failures = 0;
    timeouts = 0;
  }

  private void onBroken(Stream broken, Status status, Metadata trailers) {
    onBroken(broken.node, Failures.read(status, trailers, broken.node.name()), status.getCause());
  }

  /** Waits before the streams are opened again, or throws. */
  private void onBroken(@Nullable Node node, FailureStatus failure, @Nullable Throwable cause) {
    closeStreams();
    brokenNode = node;
    failures++;
    if (connection.isClosed()) {
      throw fail(Connection.closedStatus(), cause);
    }
    long pauseNanos = pauseNanos(node, failure);
    long waitedNanos = connection.timer().nanoTime() - waitingSinceNanos;
    if (!(failure.failure().isRetryable() || failure.failure() == Failure.OTHER_CLUSTER)
        || failures >= connection.options().maxAttempts()
        || waitedNanos + pauseNanos >= connection.options().deadline().toNanos()) {
      throw fail(
          Failures.withStory(
              failure, failures, waitedNanos, connection.cluster().foreignerOrNull()),
          cause);
    }
    BlockingQueue<Event> pause = new LinkedBlockingQueue<>();
    connection.timer().schedule(() -> pause.add(new PauseOver()), pauseNanos);
    await(pause, pauseNanos + TimeUnit.SECONDS.toNanos(1)); // the timer may have been closed
  }

  private long pauseNanos(@Nullable Node node, FailureStatus failure) {
    int nodes = 1;
    if (Failures.isTheNodes(failure)) {
      if (node != null && (!isStrong() || Failures.isLost(failure))) {
        connection.nodes().leave(node);
      }
      if (isStrong()) {
        awaitMap();
      } else {
        nodes = connection.nodes().size();
      }
    }
    return failures % nodes != 0
        ? 0
        : Backoff.delayNanos(
            (failures - 1) / nodes, failure.retryDelay().toNanos(), connection.random());
  }

  /** So that the streams are not opened again from a leader that hangs, when there is another. */
  private void awaitMap() {
    try {
      var unusedMap = connection.cluster().fetch().get(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (ExecutionException | TimeoutException e) {
      // the old map may do
    }
  }

  private @Nullable Event await(BlockingQueue<Event> events, long nanos) {
    try {
      return events.poll(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private CairnException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return fail(
        FailureStatus.ofRead(
            Failure.CANCELLED, "The thread was interrupted while it waited for the scan."),
        e);
  }

  private CairnException fail(FailureStatus failure, @Nullable Throwable cause) {
    close();
    CairnException exception = CairnException.of(failure, cause);
    failed = exception;
    return exception;
  }

  @Override
  public void close() {
    finished = true;
    next = null;
    closeStreams();
  }

  private void closeStreams() {
    streams.forEach(Stream::cancel);
    streams.clear();
  }
}
