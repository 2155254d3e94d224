package io.cairn.node;

import io.cairn.node.config.NodeConfig;
import io.cairn.node.service.Lanes;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * gRPC without a network, for the program that embeds the node. Requests are served on the caller's
 * own thread; answers that must wait come on one thread.
 */
final class InProcessTransport implements Transport {
  private final String name = "cairn-" + UUID.randomUUID();
  private final int maxMessageBytes;
  private final ExecutorService replies =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "cairn-reply");
            thread.setDaemon(true);
            return thread;
          });
  private final Lanes lanes = Lanes.ofExecutor(replies);
  private volatile @Nullable Server server;

  InProcessTransport(NodeConfig config) {
    maxMessageBytes = config.limits().maxMessageBytes();
  }

  @Override
  public Lanes lanes() {
    return lanes;
  }

  @Override
  public void start(List<BindableService> services) throws IOException {
    InProcessServerBuilder builder =
        InProcessServerBuilder.forName(name)
            .directExecutor()
            .maxInboundMessageSize(maxMessageBytes);
    services.forEach(builder::addService);
    server = builder.build().start();
  }

  /** Its callbacks run on the thread that answers: they must not wait. */
  ManagedChannel newChannel() {
    return InProcessChannelBuilder.forName(name)
        .directExecutor()
        .maxInboundMessageSize(Integer.MAX_VALUE)
        .build();
  }

  @Override
  public int port() {
    return 0;
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
    replies.shutdown();
    try {
      replies.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
