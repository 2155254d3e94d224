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
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A scan that the caller pulls. At most two chunks wait here unread, the node sends no more before
 * they are taken. A stream that breaks is opened again behind the last item handed out.
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
  private final Consistency consistency;

  private Iterator<T> items = Collections.emptyIterator();
  private @Nullable T last;
  private long returned;
  private boolean finished;
  private @Nullable CairnException failed;
  private @Nullable Stream stream;

  private int failures;
  private long waitingSinceNanos;
  private Nodes.@Nullable Node brokenNode;

  ResumingScan(Connection connection, ScanRpc<Q, A, T> rpc, ScanOptions options) {
    this.connection = connection;
    this.rpc = rpc;
    this.options = options;
    ConsistencyLevel level = options.level();
    this.consistency =
        AsyncCairnClient.toWire(level == null ? connection.options().defaultLevel() : level);
  }

  /** One call on the wire and what has come from it. */
  private final class Stream extends ClientCall.Listener<A> {

    private final Nodes.Node node = connection.nodes().preferred();
    private final ClientCall<Q, A> call =
        node.channel()
            .newCall(
                rpc.method(), CallOptions.DEFAULT.withExecutor(MoreExecutors.directExecutor()));
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    void open() {
      if (node.equals(brokenNode)) {
        connection.nodes().reconnect(node);
      }
      call.start(this, new Metadata());
      call.request(CHUNKS_AHEAD);
      call.sendMessage(rpc.request().make(options, consistency, after(), itemsLeft()));
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
    while (!items.hasNext() && !finished) {
      if (options.limit() > 0 && returned >= options.limit()) {
        close();
      } else {
        takeEvent();
      }
    }
    return items.hasNext();
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException("The scan is at its end.");
    }
    T item = items.next();
    last = item;
    returned++;
    return item;
  }

  private void takeEvent() {
    if (failures == 0) {
      // Not since the last chunk: how long the caller took to come for more is no fault of the
      // node.
      waitingSinceNanos = connection.timer().nanoTime();
    }
    Stream open = stream;
    if (open == null) {
      if (connection.isClosed()) {
        throw fail(Connection.closedStatus(), null);
      }
      open = new Stream();
      stream = open;
      open.open();
    }
    Event event = await(open, connection.options().requestTimeout().toNanos());
    if (event == null) {
      open.cancel();
      onBroken(open, Status.DEADLINE_EXCEEDED, new Metadata());
    } else if (event instanceof Chunk chunk) {
      onChunk(open, chunk);
    } else if (event instanceof End end) {
      if (end.status.isOk()) {
        finished = true;
      } else {
        onBroken(open, end.status, end.trailers);
      }
    }
  }

  @SuppressWarnings("unchecked") // a chunk comes from the listener of the same type
  private void onChunk(Stream open, Chunk chunk) {
    items = rpc.items().apply((A) chunk.message).iterator();
    open.call.request(1);
    failures = 0;
  }

  /** Waits before the stream is opened again, or throws. */
  private void onBroken(Stream broken, Status status, Metadata trailers) {
    FailureStatus failure = Failures.read(status, trailers, broken.node.name());
    stream = null;
    brokenNode = broken.node;
    failures++;
    if (connection.isClosed()) {
      throw fail(Connection.closedStatus(), status.getCause());
    }
    boolean goElsewhere = Failures.isTheNodes(failure);
    if (goElsewhere) {
      connection.nodes().leave(broken.node);
    }
    int nodes = connection.nodes().size();
    long pauseNanos =
        goElsewhere && failures % nodes != 0
            ? 0
            : Backoff.delayNanos(
                (failures - 1) / nodes, failure.retryDelay().toNanos(), connection.random());
    long waitedNanos = connection.timer().nanoTime() - waitingSinceNanos;
    if (!failure.failure().isRetryable()
        || failures >= connection.options().maxAttempts()
        || waitedNanos + pauseNanos >= connection.options().deadline().toNanos()) {
      throw fail(Failures.withStory(failure, failures, waitedNanos), status.getCause());
    }
    BlockingQueue<Event> pause = new LinkedBlockingQueue<>();
    connection.timer().schedule(() -> pause.add(new PauseOver()), pauseNanos);
    await(pause, pauseNanos + TimeUnit.SECONDS.toNanos(1)); // the timer may have been closed
  }

  private @Nullable Event await(Stream from, long nanos) {
    return await(from.events, nanos);
  }

  private @Nullable Event await(BlockingQueue<Event> events, long nanos) {
    try {
      return events.poll(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw fail(
          FailureStatus.ofRead(
              Failure.CANCELLED, "The thread was interrupted while it waited for the scan."),
          e);
    }
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
    items = Collections.emptyIterator();
    Stream open = stream;
    stream = null;
    if (open != null) {
      open.cancel();
    }
  }
}
