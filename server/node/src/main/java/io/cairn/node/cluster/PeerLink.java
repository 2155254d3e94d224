package io.cairn.node.cluster;

import io.cairn.peer.v1.Hello;
import io.cairn.peer.v1.PeerGrpc;
import io.cairn.peer.v1.PeerMessage;
import io.cairn.replication.core.metadata.ProcessId;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream on which this node speaks to another one. It is made again and again until the link is
 * closed; what is sent meanwhile is dropped, as the protocol allows. Any thread may send.
 *
 * <p>What may wait in it for a slow receiver is bounded by those who send: a leader has so many
 * bytes in flight to each follower, and what is sent in step with the clock is dropped while the
 * stream is not ready.
 */
final class PeerLink implements AutoCloseable {

  /** What becomes of the link; called on threads of the network, must not wait. */
  interface Listener {
    void onConnected(ProcessId peer);

    void onDisconnected(ProcessId peer);

    /** Nobody answers there. */
    void onUnreachable(int nodeId);
  }

  private static final Logger LOG = LoggerFactory.getLogger(PeerLink.class);
  private static final long RECONNECT_MILLIS = 100;
  private static final long LAST_WORDS_MILLIS = 100;

  private final int nodeId;
  private final String address;
  private final ManagedChannel channel;
  private final Hello hello;
  private final ScheduledExecutorService timer;
  private final Listener listener;

  private @Nullable ClientCallStreamObserver<PeerMessage> stream; // guarded by this
  private @Nullable ProcessId peer; // guarded by this
  private boolean closed; // guarded by this
  private @Nullable String lastProblem; // guarded by this

  PeerLink(
      int nodeId,
      String address,
      ManagedChannel channel,
      Hello hello,
      ScheduledExecutorService timer,
      Listener listener) {
    this.nodeId = nodeId;
    this.address = address;
    this.channel = channel;
    this.hello = hello;
    this.timer = timer;
    this.listener = listener;
  }

  String address() {
    return address;
  }

  ManagedChannel channel() {
    return channel;
  }

  void connect() {
    synchronized (this) {
      if (closed) {
        return;
      }
    }
    Attempt attempt = new Attempt();
    StreamObserver<PeerMessage> requests = PeerGrpc.newStub(channel).stream(attempt);
    requests.onNext(PeerMessage.newBuilder().setHello(hello).build());
  }

  /** Whether it went on its way. */
  boolean send(ProcessId to, PeerMessage message) {
    synchronized (this) {
      if (stream == null || !to.equals(peer)) {
        return false;
      }
      stream.onNext(message);
      return true;
    }
  }

  /** To whatever process is there, and only when the network takes it now. */
  void sendWhenReady(PeerMessage message) {
    synchronized (this) {
      if (stream != null && stream.isReady()) {
        stream.onNext(message);
      }
    }
  }

  /** Why it is not connected, or null. */
  synchronized @Nullable String problemOrNull() {
    return peer == null ? lastProblem : null;
  }

  /** The other side closed its own stream: this one is to be tried anew. */
  void breakOff(String reason) {
    ClientCallStreamObserver<PeerMessage> open;
    synchronized (this) {
      open = stream;
    }
    if (open != null) {
      open.cancel(reason, null);
    }
  }

  @Override
  public void close() {
    ClientCallStreamObserver<PeerMessage> open;
    synchronized (this) {
      closed = true;
      open = stream;
      stream = null;
    }
    if (open != null) {
      open.onCompleted();
    }
    // What was sent last may still be on its way, such as that this node leaves.
    channel.shutdown();
    try {
      channel.awaitTermination(LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    channel.shutdownNow();
  }

  private final class Attempt implements ClientResponseObserver<PeerMessage, Hello> {
    private @Nullable ClientCallStreamObserver<PeerMessage> requests;

    @Override
    public void beforeStart(ClientCallStreamObserver<PeerMessage> requestStream) {
      requests = requestStream;
    }

    @Override
    public void onNext(Hello answer) {
      ProcessId process;
      try {
        process =
            PeerCodec.process(answer.getNodeId(), answer.getStoreId(), answer.getIncarnation());
      } catch (IllegalArgumentException malformed) {
        breakOff(String.valueOf(malformed.getMessage()));
        return;
      }
      synchronized (PeerLink.this) {
        if (closed) {
          return;
        }
        stream = requests;
        peer = process;
        lastProblem = null;
      }
      LOG.info("Connected to {} at {}", process, address);
      listener.onConnected(process);
    }

    @Override
    public void onError(Throwable failed) {
      ended(String.valueOf(failed.getMessage()));
    }

    @Override
    public void onCompleted() {
      ended("it closed the connection");
    }

    private void ended(String reason) {
      ProcessId lost;
      boolean isNew;
      synchronized (PeerLink.this) {
        lost = peer;
        peer = null;
        stream = null;
        isNew = !reason.equals(lastProblem);
        lastProblem = reason;
        if (closed) {
          return;
        }
      }
      if (lost != null) {
        LOG.warn("The connection to {} at {} is lost: {}", lost, address, reason);
        listener.onDisconnected(lost);
      } else {
        if (isNew) {
          LOG.info("Node {} at {} cannot be reached: {}", nodeId, address, reason);
        }
        listener.onUnreachable(nodeId);
      }
      channel.resetConnectBackoff();
      connectLater();
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // connecting reports what becomes of it
  private void connectLater() {
    try {
      timer.schedule(this::connect, RECONNECT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException stopping) {
      LOG.debug("nothing is connected any more");
    }
  }
}
