package io.cairn.node.cluster;

import io.cairn.node.config.Address;
import io.cairn.node.config.NodeConfig;
import io.cairn.node.data.NodeStartException;
import io.cairn.peer.v1.PeerMessage;
import io.cairn.replication.core.metadata.ProcessId;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections between this node and the others: a server for what they say, a {@link PeerLink}
 * to each of them.
 */
final class PeerNetwork implements AutoCloseable {
  private static final int MAX_MESSAGE_BYTES = 256 << 20;

  /** A node that hangs keeps its connections: it is to be noticed before long. */
  private static final long KEEP_ALIVE_SECONDS = 2;

  private final String clusterId;
  private final ProcessId self;
  private final NodeConfig.@Nullable Tls tls;
  private final ScheduledExecutorService timer;
  private final PeerLink.Listener listener;
  private final Map<Integer, PeerLink> links = new ConcurrentHashMap<>();
  private @Nullable Server server;
  private boolean closed; // guarded by this

  PeerNetwork(
      String clusterId,
      ProcessId self,
      NodeConfig.@Nullable Tls tls,
      ScheduledExecutorService timer,
      PeerLink.Listener listener) {
    this.clusterId = clusterId;
    this.self = self;
    this.tls = tls;
    this.timer = timer;
    this.listener = listener;
  }

  /**
   * Begins to take what other nodes send.
   *
   * @return where it listens
   */
  Address listen(Address address, PeerService service) {
    try {
      Server started =
          NettyServerBuilder.forAddress(address.resolve(), serverCredentials())
              .directExecutor()
              .maxInboundMessageSize(MAX_MESSAGE_BYTES)
              .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
              .keepAliveTimeout(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
              .permitKeepAliveTime(1, TimeUnit.SECONDS)
              .permitKeepAliveWithoutCalls(true)
              .addService(service)
              .build()
              .start();
      server = started;
      return new Address(address.host(), started.getPort());
    } catch (IOException | IllegalArgumentException unusable) {
      throw new NodeStartException(
          "The address for other nodes ("
              + address
              + ") cannot be used: "
              + (unusable.getCause() == null ? unusable : unusable.getCause()).getMessage()
              + ". Is another node running there? Choose another peer-listen.",
          unusable);
    }
  }

  private ServerCredentials serverCredentials() throws IOException {
    if (tls == null || tls.peerCa() == null) {
      return InsecureServerCredentials.create();
    }
    return TlsServerCredentials.newBuilder()
        .keyManager(tls.certificate().toFile(), tls.key().toFile())
        .trustManager(tls.peerCa().toFile())
        .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
        .build();
  }

  private ChannelCredentials channelCredentials() throws IOException {
    if (tls == null || tls.peerCa() == null) {
      return InsecureChannelCredentials.create();
    }
    return TlsChannelCredentials.newBuilder()
        .keyManager(tls.certificate().toFile(), tls.key().toFile())
        .trustManager(tls.peerCa().toFile())
        .build();
  }

  /** Sees to it that there are links to exactly these nodes. */
  synchronized void connect(Map<Integer, String> addresses) {
    if (closed) {
      return;
    }
    for (Integer nodeId : List.copyOf(links.keySet())) {
      PeerLink link = links.get(nodeId);
      if (link != null && !link.address().equals(addresses.get(nodeId))) {
        links.remove(nodeId);
        link.close();
      }
    }
    addresses.forEach(
        (nodeId, address) -> {
          if (nodeId != self.nodeId() && !links.containsKey(nodeId)) {
            PeerLink link =
                new PeerLink(
                    nodeId,
                    address,
                    newChannel(address),
                    PeerCodec.hello(clusterId, self).setToNodeId(nodeId).build(),
                    timer,
                    listener);
            links.put(nodeId, link);
            link.connect();
          }
        });
  }

  ManagedChannel newChannel(String address) {
    try {
      return NettyChannelBuilder.forTarget(address, channelCredentials())
          .directExecutor()
          .maxInboundMessageSize(MAX_MESSAGE_BYTES)
          .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
          .keepAliveTimeout(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
          .keepAliveWithoutCalls(true)
          .build();
    } catch (IOException unusable) {
      throw new NodeStartException(
          "The TLS files cannot be used: " + unusable.getMessage() + ".", unusable);
    }
  }

  /** Whether it went on its way to that very process. */
  boolean send(ProcessId to, PeerMessage message) {
    PeerLink link = links.get(to.nodeId());
    return link != null && link.send(to, message);
  }

  void sendWhenReady(int nodeId, PeerMessage message) {
    PeerLink link = links.get(nodeId);
    if (link != null) {
      link.sendWhenReady(message);
    }
  }

  @Nullable PeerLink linkOrNull(int nodeId) {
    return links.get(nodeId);
  }

  /** Which nodes cannot be reached, one sentence each. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    links.forEach(
        (nodeId, link) -> {
          String problem = link.problemOrNull();
          if (problem != null) {
            problems.add(
                "Node " + nodeId + " at " + link.address() + " cannot be reached: " + problem);
          }
        });
    return problems;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    links.values().forEach(PeerLink::close);
    links.clear();
    Server started = server;
    if (started != null) {
      started.shutdownNow();
      try {
        started.awaitTermination(5, TimeUnit.SECONDS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
