package io.cairn.cli;

import io.cairn.node.CairnNode;
import io.cairn.node.config.NodeConfigLoader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A durable node in this process, on a free port unless its settings name one. */
final class TestNode {

  private TestNode() {}

  static CairnNode start(Path dataDirectory, Map<String, String> settings) {
    Map<String, String> flags = new HashMap<>();
    flags.put("listen", "127.0.0.1:0");
    flags.putAll(settings);
    flags.put("data-dir", dataDirectory.toString());
    flags.put("metrics-listen", "off");
    return CairnNode.start(NodeConfigLoader.load(flags, Map.of(), null).config());
  }

  static CairnNode start(Path dataDirectory) {
    return start(dataDirectory, Map.of());
  }

  static String address(CairnNode node) {
    return "127.0.0.1:" + node.ports().client();
  }

  /** A shell whose commands ask this node. */
  static TestShell shell(CairnNode node) {
    return new TestShell(Map.of("CAIRN_ENDPOINTS", address(node)));
  }
}
