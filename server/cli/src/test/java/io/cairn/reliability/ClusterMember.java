package io.cairn.reliability;

import io.cairn.v1.ClusterGrpc;
import io.cairn.v1.DescribeRequest;
import io.cairn.v1.DescribeResponse;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One node of a cluster: the same place on disk and on the network, one process after another. */
final class ClusterMember implements AutoCloseable {
  private final int nodeId;
  private final Path cairn;
  private final Path data;
  private final Path log;
  private final int clientPort;
  private final Map<String, String> environment;
  private final List<String> complaints = new ArrayList<>();
  private @Nullable NodeProcess process; // guarded by this

  /**
   * @param environment its configuration
   */
  ClusterMember(
      int nodeId,
      Path cairn,
      Path data,
      Path log,
      int clientPort,
      Map<String, String> environment) {
    this.nodeId = nodeId;
    this.cairn = cairn;
    this.data = data;
    this.log = log;
    this.clientPort = clientPort;
    this.environment = environment;
  }

  int nodeId() {
    return nodeId;
  }

  /** Where its data directory lies. */
  Path parent() {
    return data.resolveSibling("");
  }

  String clientAddress() {
    return "127.0.0.1:" + clientPort;
  }

  /** Starts the next process, after a look at the log of the one before. */
  synchronized void start() throws IOException {
    if (process != null) {
      throw new IllegalStateException("node " + nodeId + " runs");
    }
    checkLog();
    Files.writeString(
        log,
        "=== started at " + System.nanoTime() + "\n",
        java.nio.file.StandardOpenOption.CREATE,
        java.nio.file.StandardOpenOption.APPEND);
    process = NodeProcess.start(cairn, data, log, environment, clientPort);
  }

  /** What is wrong with the log of a node that does not run. */
  synchronized void checkLog() throws IOException {
    if (process == null && Files.isDirectory(data.resolve("shards"))) {
      for (String complaint : AppliedOnce.check(data)) {
        complaints.add("node " + nodeId + ": " + complaint);
      }
    }
  }

  /** What was wrong in the logs since the last time. */
  synchronized List<String> takeComplaints() {
    List<String> taken = List.copyOf(complaints);
    complaints.clear();
    return taken;
  }

  synchronized boolean isRunning() {
    return process != null;
  }

  /** A process that ended although nobody had asked for it. */
  synchronized boolean hasEndedByItself() {
    return process != null
        && !ProcessHandle.of(process.pid()).map(ProcessHandle::isAlive).orElse(false);
  }

  private synchronized NodeProcess running() {
    NodeProcess running = process;
    if (running == null) {
      throw new IllegalStateException("node " + nodeId + " does not run");
    }
    return running;
  }

  ManagedChannel channel() {
    return running().channel();
  }

  void killMinusNine() {
    NodeProcess running = running();
    running.close();
    forget();
  }

  /** SIGTERM. */
  void stop() throws InterruptedException {
    NodeProcess running = running();
    running.stop();
    running.close();
    forget();
  }

  private synchronized void forget() {
    process = null;
  }

  /** SIGSTOP: it hangs, with all its connections open. */
  void pause() throws IOException {
    Shell.run("kill", "-STOP", Long.toString(running().pid()));
  }

  void resume() throws IOException {
    Shell.run("kill", "-CONT", Long.toString(running().pid()));
  }

  /** Takes everything from a node that does not run. The directory itself stays. */
  void wipe() throws IOException {
    if (!Files.isDirectory(data)) {
      return;
    }
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (!file.equals(data) && !file.endsWith("lost+found")) {
          Files.delete(file);
        }
      }
    }
  }

  /** What this node knows of the cluster; null when it does not answer. */
  @Nullable DescribeResponse describeOrNull() {
    NodeProcess running;
    synchronized (this) {
      running = process;
    }
    if (running == null) {
      return null;
    }
    try {
      return ClusterGrpc.newBlockingStub(running.channel())
          .withDeadlineAfter(1, TimeUnit.SECONDS)
          .describe(DescribeRequest.getDefaultInstance());
    } catch (StatusRuntimeException noAnswer) {
      running.channel().resetConnectBackoff();
      return null;
    }
  }

  @Override
  public synchronized void close() {
    if (process != null) {
      process.close();
      process = null;
    }
  }
}
