package io.cairn.cli;

import io.cairn.node.CairnNode;
import io.cairn.node.config.NodeConfig;
import io.cairn.node.config.NodeConfigLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;

/**
 * Runs a node and what commands ask of it, so that the launcher can keep the classes they load in
 * an archive that later commands, and nodes, map at start.
 */
public final class ClassDataTraining {

  private ClassDataTraining() {}

  /**
   * Runs everything once.
   *
   * @param args a folder for the node's data
   */
  public static void main(String[] args) throws IOException {
    NodeLogging.on();
    Main.run(nowhere(""), "--help");
    Main.run(nowhere(""), "version");
    NodeConfig config =
        NodeConfigLoader.load(
                Map.of(
                    "data-dir",
                    Path.of(args[0], "data").toString(),
                    "listen",
                    "127.0.0.1:0",
                    "metrics-listen",
                    "off"),
                Map.of(),
                null)
            .config();
    try (CairnNode node = CairnNode.start(config)) {
      Shell shell = nowhere("127.0.0.1:" + node.ports().client());
      Main.run(shell, "put", "key", "value");
      Main.run(shell, "get", "key");
      Main.run(shell, "get", "-o", "json", "key");
      Main.run(shell, "exists", "key");
      Main.run(shell, "keys");
      Main.run(shell, "scan");
      Main.run(shell, "export", "--format", "jsonl");
      Main.run(shell, "import", "--format", "tsv", "-");
      Main.run(shell, "delete", "key");
      Main.run(shell, "get", "key");
      Main.run(shell, "status");
      Main.run(shell, "status", "-o", "json");
    }
    runCluster(Path.of(args[0]));
  }

  /**
   * A cluster of two: one that agrees on the metadata and leads, one that hears of it and copies.
   */
  private static void runCluster(Path folder) throws IOException {
    String members = "1=127.0.0.1:" + freePort() + "/" + freePort();
    try (CairnNode first = startMember(folder, 1, members, "");
        CairnNode second = startMember(folder, 2, members, "127.0.0.1:0")) {
      Shell shell = nowhere("127.0.0.1:" + first.ports().client());
      Main.run(shell, "put", "key", "value");
      Main.run(shell, "cluster", "add", "2");
      Main.run(shell, "put", "key", "value");
      Main.run(shell, "cluster", "status");
      Main.run(shell, "cluster", "transfer", "--to", "2");
      Main.run(nowhere("127.0.0.1:" + second.ports().client()), "get", "key");
    }
  }

  private static CairnNode startMember(Path folder, int nodeId, String members, String peerListen) {
    return CairnNode.start(
        NodeConfigLoader.load(
                Map.of(
                    "data-dir",
                    folder.resolve("node-" + nodeId).toString(),
                    "listen",
                    "127.0.0.1:0",
                    "metrics-listen",
                    "off",
                    "node-id",
                    Integer.toString(nodeId),
                    "cluster.name",
                    "training",
                    "cluster.members",
                    members,
                    "peer-listen",
                    peerListen),
                Map.of(),
                null)
            .config());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Shell nowhere(String endpoints) {
    return new Shell(
        InputStream.nullInputStream(),
        new DataOut(OutputStream.nullOutputStream()),
        new PrintStream(OutputStream.nullOutputStream()),
        "",
        Map.of("CAIRN_ENDPOINTS", endpoints));
  }
}
