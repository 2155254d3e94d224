package io.cairn.client;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The nodes that the client was told of, one channel each, and the one that it talks to now. All
 * calls use the same node until one of them fails there; then the next in turn is tried.
 * Thread-safe.
 */
final class Nodes implements AutoCloseable {

  private static final long RECONNECT_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /**
   * One node.
   *
   * @param name for messages
   */
  record Node(String name, ManagedChannel channel) {}

  private final List<Node> nodes;
  private final Timer timer;
  private final AtomicInteger preferred = new AtomicInteger();
  private final AtomicLong lastReconnectNanos;

  Nodes(List<Node> nodes, Timer timer) {
    this.nodes = List.copyOf(nodes);
    this.timer = timer;
    this.lastReconnectNanos = new AtomicLong(timer.nanoTime() - RECONNECT_PAUSE_NANOS);
  }

  int size() {
    return nodes.size();
  }

  Node preferred() {
    return nodes.get(preferred.get());
  }

  /** A call failed at a node: the next ones go elsewhere, unless they do already. */
  void leave(Node node) {
    int current = preferred.get();
    if (nodes.get(current).equals(node)) {
      preferred.compareAndSet(current, (current + 1) % nodes.size());
    }
  }

  /**
   * Lets a broken connection be tried again at once. gRPC's own pause between attempts grows to two
   * minutes, in which calls fail without trying; the retries of the client have a pause already.
   */
  void reconnect(Node node) {
    long now = timer.nanoTime();
    long last = lastReconnectNanos.get();
    if (now - last >= RECONNECT_PAUSE_NANOS
        && lastReconnectNanos.compareAndSet(last, now)
        && node.channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      node.channel.resetConnectBackoff();
    }
  }

  /** Breaks off what is under way; returns when the channels are down, or after a second. */
  @Override
  public void close() {
    nodes.forEach(node -> node.channel.shutdownNow());
    try {
      for (Node node : nodes) {
        node.channel.awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
