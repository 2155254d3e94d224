package io.cairn.reliability;

import io.cairn.v1.Consistency;
import io.cairn.v1.ExistsRequest;
import io.cairn.v1.KvGrpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A node that runs as {@code cairn start} in a process of its own, and a connection to it. */
final class NodeProcess implements AutoCloseable {
  private static final int START_LIMIT_SECONDS = 60;

  private final Process process;
  private final Path log;
  private final ManagedChannel channel;

  private NodeProcess(Process process, Path log, ManagedChannel channel) {
    this.process = process;
    this.log = log;
    this.channel = channel;
  }

  /** Starts a node on any port; does not wait until it serves. */
  static NodeProcess start(
      Path cairn, Path dataDirectory, Path log, Map<String, String> environment)
      throws IOException {
    return start(cairn, dataDirectory, log, environment, freePort());
  }

  /**
   * Starts a node; does not wait until it serves.
   *
   * @param log what the node prints is appended here
   * @param environment added to this process's
   */
  static NodeProcess start(
      Path cairn, Path dataDirectory, Path log, Map<String, String> environment, int port)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                cairn.toString(),
                "start",
                "--data-dir",
                dataDirectory.toString(),
                "--listen",
                "127.0.0.1:" + port,
                "--metrics-listen",
                "off"));
    builder.environment().putAll(environment);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    Process process = builder.start();
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().directExecutor().build();
    return new NodeProcess(process, log, channel);
  }

  /**
   * A port below those that Linux gives to outgoing connections: a client that tries such a one
   * again and again while nobody listens ends up connected to itself, and the node cannot have it
   * any more.
   */
  static int freePort() throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(16_384, 32_768);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // taken: another one
      }
    }
  }

  /** Waits until the node answers a STRONG read. */
  void awaitServing() throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_LIMIT_SECONDS);
    KvGrpc.KvBlockingStub stub = KvGrpc.newBlockingStub(channel);
    ExistsRequest request =
        ExistsRequest.newBuilder()
            .setKey(Content.key(0))
            .setConsistency(Consistency.CONSISTENCY_STRONG)
            .build();
    while (true) {
      try {
        stub.withDeadlineAfter(2, TimeUnit.SECONDS).exists(request);
        return;
      } catch (StatusRuntimeException e) {
        if (!process.isAlive()) {
          throw new IOException(
              "the node ended with " + process.exitValue() + ":\n" + Files.readString(log));
        }
        if (System.nanoTime() > deadline) {
          throw new IOException(
              "the node did not serve within "
                  + START_LIMIT_SECONDS
                  + " s:\n"
                  + Files.readString(log),
              e);
        }
        channel.resetConnectBackoff();
        pauseMillis(20);
      }
    }
  }

  ManagedChannel channel() {
    return channel;
  }

  long pid() {
    return process.pid();
  }

  /** Waits for the process to end by itself. */
  boolean awaitEnd(int seconds) throws InterruptedException {
    return process.waitFor(seconds, TimeUnit.SECONDS);
  }

  /** kill -9; returns when the process is gone. */
  void killMinusNine() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Asks the process to stop and waits for it. */
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the node did not stop within 60 s");
    }
  }

  /** Lets time pass: how long a node is under load before it is hurt is part of the experiment. */
  static void pauseMillis(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    killMinusNine();
  }
}
