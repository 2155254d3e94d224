package io.cairn.node;

import io.cairn.node.config.NodeConfig;
import io.cairn.node.data.NodeStartException;
import io.cairn.node.service.Lanes;
import io.grpc.BindableService;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * gRPC over TCP. Requests are served on the event loop that read them, so the node owns the loops.
 */
final class NettyTransport implements Transport {
  private static final long KEEP_ALIVE_SECONDS = 30;

  private final NodeConfig config;
  private final EventLoopGroup loops;
  private final Class<? extends ServerChannel> channelType;
  private final Lanes lanes;
  private volatile @Nullable Server server;

  NettyTransport(NodeConfig config) {
    this.config = config;
    int threads = Runtime.getRuntime().availableProcessors();
    DefaultThreadFactory factory = new DefaultThreadFactory("cairn-io", true);
    if (Epoll.isAvailable()) {
      loops = new MultiThreadIoEventLoopGroup(threads, factory, EpollIoHandler.newFactory());
      channelType = EpollServerSocketChannel.class;
    } else {
      loops = new MultiThreadIoEventLoopGroup(threads, factory, NioIoHandler.newFactory());
      channelType = NioServerSocketChannel.class;
    }
    lanes = Lanes.ofEventLoops(loops);
  }

  @Override
  public Lanes lanes() {
    return lanes;
  }

  @Override
  public void start(List<BindableService> services) throws IOException {
    NodeConfig.Network network = config.network();
    NettyServerBuilder builder =
        builder(network)
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .channelType(channelType)
            .directExecutor()
            .maxInboundMessageSize(config.limits().maxMessageBytes())
            .maxConcurrentCallsPerConnection(config.limits().maxCallsPerConnection())
            // A client that vanished without a word must not hold its scans for ever.
            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true);
    services.forEach(builder::addService);
    server = builder.build().start();
  }

  private static NettyServerBuilder builder(NodeConfig.Network network) throws IOException {
    InetSocketAddress address = network.listen().resolve();
    NodeConfig.Tls tls = network.tls();
    if (tls == null) {
      return NettyServerBuilder.forAddress(address, InsecureServerCredentials.create());
    }
    try {
      return NettyServerBuilder.forAddress(address, credentials(tls));
    } catch (IOException | IllegalArgumentException unusable) {
      throw new NodeStartException(
          "The TLS files cannot be used (tls.certificate "
              + tls.certificate()
              + ", tls.key "
              + tls.key()
              + (tls.clientCa() == null ? "" : ", tls.client-ca " + tls.clientCa())
              + "): "
              // The library's own sentences end with a dot, the file system's do not.
              + String.valueOf(unusable.getMessage()).replaceAll("\\.$", "")
              + ".",
          unusable);
    }
  }

  private static ServerCredentials credentials(NodeConfig.Tls tls) throws IOException {
    TlsServerCredentials.Builder builder =
        TlsServerCredentials.newBuilder()
            .keyManager(tls.certificate().toFile(), tls.key().toFile());
    if (tls.clientCa() != null) {
      builder
          .trustManager(tls.clientCa().toFile())
          .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
    }
    return builder.build();
  }

  @Override
  public int port() {
    Server started = server;
    return started == null ? 0 : started.getPort();
  }

  @Override
  public void stopCalls(long timeoutMillis) {
    Server started = server;
    if (started != null) {
      Servers.stop(started, timeoutMillis);
    }
  }

  @Override
  public void close() {
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
  }
}
