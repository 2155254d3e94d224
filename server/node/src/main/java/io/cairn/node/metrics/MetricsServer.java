package io.cairn.node.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cairn.node.config.Address;
import io.cairn.node.data.NodeStartException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * {@code /metrics} for Prometheus, {@code /livez} (the process should not be restarted) and {@code
 * /readyz} (it should get traffic), over plain HTTP.
 */
public final class MetricsServer implements AutoCloseable {
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  /** So that one slow client does not keep the answers from the others. */
  private static final int THREADS = 4;

  private static final String LIMIT_SECONDS = "5";

  static {
    // The JDK's server has no other way to end a connection on which a request or the taking of
    // its answer never ends, and reads these once, when it is used first.
    limit("sun.net.httpserver.maxReqTime");
    limit("sun.net.httpserver.maxRspTime");
  }

  private final HttpServer server;
  private final ExecutorService executor =
      Executors.newFixedThreadPool(
          THREADS,
          task -> {
            Thread thread = new Thread(task, "cairn-metrics");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param dead sentences why the process is beyond help; empty while it lives
   * @param unready sentences why it should get no traffic; empty when it should
   */
  public MetricsServer(
      Address address,
      Supplier<String> metrics,
      Supplier<List<String>> dead,
      Supplier<List<String>> unready) {
    try {
      server = HttpServer.create(address.resolve(), 16);
    } catch (IOException | RuntimeException failed) {
      executor.shutdown();
      throw new NodeStartException(
          "The address metrics-listen ("
              + address
              + ") cannot be used: "
              + failed.getMessage()
              + ". Choose another one, or off.",
          failed);
    }
    server.createContext("/metrics", exchange -> answer(exchange, 200, PROMETHEUS, metrics.get()));
    server.createContext("/livez", exchange -> answer(exchange, dead.get()));
    server.createContext("/readyz", exchange -> answer(exchange, unready.get()));
    server.setExecutor(executor);
    server.start();
  }

  private static void limit(String property) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, LIMIT_SECONDS);
    }
  }

  private static void answer(HttpExchange exchange, List<String> problems) throws IOException {
    if (problems.isEmpty()) {
      answer(exchange, 200, TEXT, "ok\n");
    } else {
      answer(exchange, 503, TEXT, String.join("\n", problems) + "\n");
    }
  }

  private static void answer(HttpExchange exchange, int code, String type, String text)
      throws IOException {
    try (exchange) {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(code, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdown();
  }
}
