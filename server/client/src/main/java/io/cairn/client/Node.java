package io.cairn.client;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A node as the client sees it: one channel, opened with the first call. Thread-safe. */
final class Node {

  private static final long RECONNECT_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final String name;
  private final Supplier<ManagedChannel> opener;
  private final Timer timer;
  private final AtomicLong lastReconnectNanos;
  private final Pipeline pipeline = new Pipeline(this);
  private final Set<UnaryExchange<?, ?>> calls = ConcurrentHashMap.newKeySet();
  private final Deadlines deadlines = new Deadlines(() -> calls);
  private volatile @Nullable ManagedChannel channel;
  private boolean closed; // guarded by this

  /**
   * @param name its address, for messages
   * @param opener called once at most
   */
  Node(String name, Supplier<ManagedChannel> opener, Timer timer) {
    this.name = name;
    this.opener = opener;
    this.timer = timer;
    this.lastReconnectNanos = new AtomicLong(timer.nanoTime() - RECONNECT_PAUSE_NANOS);
  }

  String name() {
    return name;
  }

  ManagedChannel channel() {
    ManagedChannel open = channel;
    return open == null ? open() : open;
  }

  Pipeline pipeline() {
    return pipeline;
  }

  /** From now on its deadline counts. */
  void began(UnaryExchange<?, ?> call) {
    calls.add(call);
    deadlines.watch(call.deadlineNanos());
  }

  void ended(UnaryExchange<?, ?> call) {
    calls.remove(call);
  }

  /** How many gRPC calls are under way, the pipelined stream's not counted. */
  int calls() {
    return calls.size();
  }

  private synchronized ManagedChannel open() {
    ManagedChannel open = channel;
    if (open == null) {
      open = opener.get();
      channel = open;
      if (closed) {
        open.shutdownNow(); // a call that had chosen the node before fails and chooses anew
      }
    }
    return open;
  }

  /**
   * Lets a broken connection be tried again at once. gRPC's own pause between attempts grows to two
   * minutes, in which calls fail without trying; the retries of the client have a pause already.
   */
  void reconnect() {
    pipeline.onReconnect();
    long now = timer.nanoTime();
    long last = lastReconnectNanos.get();
    if (now - last >= RECONNECT_PAUSE_NANOS
        && lastReconnectNanos.compareAndSet(last, now)
        && channel().getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      channel().resetConnectBackoff();
    }
  }

  /** Takes no more calls; those under way go on. */
  void retire() {
    ManagedChannel open = channelAtEndOrNull();
    if (open != null) {
      pipeline.retire(); // or the channel would stay for its sake
      open.shutdown();
    }
  }

  private synchronized @Nullable ManagedChannel channelAtEndOrNull() {
    closed = true;
    return channel; // shut down without the lock: calls may end within
  }

  boolean isTerminated() {
    ManagedChannel open = channel;
    return open == null || open.isTerminated();
  }

  /** Breaks off what is under way. */
  void close() {
    ManagedChannel open = channelAtEndOrNull();
    if (open != null) {
      open.shutdownNow();
    }
  }

  void awaitTermination(long nanos) throws InterruptedException {
    ManagedChannel open = channel;
    if (open != null) {
      open.awaitTermination(nanos, TimeUnit.NANOSECONDS);
    }
  }
}
