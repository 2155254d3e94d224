package io.cairn.cli;

import io.cairn.node.CairnNode;
import io.cairn.node.config.NodeConfig;
import io.cairn.node.config.NodeConfigLoader;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
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
  public static void main(String[] args) {
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
