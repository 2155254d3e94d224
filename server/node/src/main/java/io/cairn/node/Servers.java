package io.cairn.node;

import io.grpc.Server;
import java.util.concurrent.TimeUnit;

/** How a gRPC server is ended. */
final class Servers {
  private static final long CUT_OFF_SECONDS = 5;

  private Servers() {}

  /** Lets calls under way end, then cuts off what is left. */
  static void stop(Server server, long timeoutMillis) {
    server.shutdown();
    try {
      if (!server.awaitTermination(timeoutMillis, TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
        server.awaitTermination(CUT_OFF_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException interrupted) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
