package io.cairn.benchmarks;

import com.google.protobuf.ByteString;
import io.cairn.node.CairnNode;
import io.cairn.node.config.NodeConfigLoader;
import io.cairn.v1.ClusterGrpc;
import io.cairn.v1.DescribeRequest;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.GetRequest;
import io.cairn.v1.KvGrpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Nodes on this machine that hold the same shard: in this process, or each in one of its own. */
public final class LocalCluster implements AutoCloseable {
  private static final long START_SECONDS = 60;
  private static final int STOP_SECONDS = 60;

  private final TemporaryDirectory directory;
  private final List<CairnNode> nodes = new ArrayList<>();
  private final List<ChildProcess> processes = new ArrayList<>();
  private final List<Integer> clientPorts = new ArrayList<>();

  private LocalCluster(TemporaryDirectory directory) {
    this.directory = directory;
  }

  /** Returns when all nodes are in sync. */
  public static LocalCluster start(int size, boolean inProcesses) throws IOException {
    LocalCluster cluster = new LocalCluster(new TemporaryDirectory());
    try {
      List<Integer> ports = freePorts(3 * size);
      List<String> members = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        members.add((i + 1) + "=127.0.0.1:" + ports.get(2 * i) + "/" + ports.get(2 * i + 1));
      }
      for (int nodeId = 1; nodeId <= size; nodeId++) {
        int clientPort = ports.get(2 * size + nodeId - 1);
        Map<String, String> settings = settings(cluster.directory, nodeId, clientPort);
        if (size > 1) {
          settings.put("cluster.name", "benchmark");
          settings.put("cluster.members", String.join(",", members));
        }
        if (inProcesses) {
          cluster.startProcess(settings);
        } else {
          CairnNode node = start(settings);
          cluster.nodes.add(node);
          cluster.clientPorts.add(node.ports().client());
        }
      }
      cluster.leaderPort();
      return cluster;
    } catch (IOException | RuntimeException failed) {
      cluster.close();
      throw failed;
    }
  }

  private static Map<String, String> settings(
      TemporaryDirectory directory, int nodeId, int clientPort) {
    Map<String, String> settings = new HashMap<>();
    settings.put("data-dir", directory.resolve("node-" + nodeId).toString());
    settings.put("node-id", Integer.toString(nodeId));
    settings.put("listen", "127.0.0.1:" + clientPort);
    settings.put("metrics-listen", "off");
    return settings;
  }

  private static CairnNode start(Map<String, String> settings) {
    return CairnNode.start(NodeConfigLoader.load(settings, Map.of(), null).config());
  }

  /** All at once: a port that the system chooses later may be one of these. */
  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
    }
    List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    return ports;
  }

  private void startProcess(Map<String, String> settings) throws IOException {
    ChildProcess process =
        ChildProcess.start(
            LocalCluster.class,
            settings.entrySet().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue())
                .toList());
    processes.add(process);
    clientPorts.add(process.port());
  }

  /** One node in a process of its own, until its input ends. */
  public static void main(String[] args) throws IOException {
    Map<String, String> settings = new HashMap<>();
    for (String arg : args) {
      int equals = arg.indexOf('=');
      settings.put(arg.substring(0, equals), arg.substring(equals + 1));
    }
    try (CairnNode node = start(settings)) {
      ChildProcess.serve(node.ports().client());
    }
  }

  /** Waits until all nodes are in sync; the port at which clients call the leader. */
  public int leaderPort() {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", clientPorts.get(0)).usePlaintext().build();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    try {
      while (System.nanoTime() - deadline < 0) {
        if (Thread.interrupted()) {
          throw new IllegalStateException("interrupted while the nodes were starting");
        }
        try {
          DescribeResponse cluster =
              ClusterGrpc.newBlockingStub(channel).describe(DescribeRequest.getDefaultInstance());
          if (cluster.getShardsCount() == 1
              && cluster.getShards(0).getInSyncReplicasCount() == clientPorts.size()
              && cluster.getShards(0).getLeader() > 0) {
            int port = clientPorts.get(cluster.getShards(0).getLeader() - 1);
            if (serves(port)) {
              return port;
            }
          }
        } catch (StatusRuntimeException notYet) {
          // it is asked again until the time is over
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
      }
    } finally {
      channel.shutdownNow();
    }
    throw new IllegalStateException("the nodes were not in sync after " + START_SECONDS + " s");
  }

  /** A new leader does so once the first record of its epoch is applied. */
  private static boolean serves(int port) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    try {
      KvGrpc.newBlockingStub(channel)
          .get(GetRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).build());
      return true;
    } catch (StatusRuntimeException notYet) {
      return false;
    } finally {
      channel.shutdownNow();
    }
  }

  /** All at once, for one that leads waits until another one takes over. */
  private void closeNodes() {
    ExecutorService threads = Executors.newCachedThreadPool();
    nodes.forEach(node -> threads.execute(node::close));
    threads.shutdown();
    try {
      threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closeNodes();
    processes.forEach(ChildProcess::end);
    processes.forEach(ChildProcess::close);
    directory.close();
  }
}
