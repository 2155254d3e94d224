package io.cairn.node;

import io.cairn.node.config.Address;
import io.cairn.node.config.NodeConfig;
import java.util.List;

/** The six lines that a node begins with. */
final class FirstLines {

  private FirstLines() {}

  static List<String> of(CairnNode node) {
    NodeConfig.Network network = node.config().network();
    CairnNode.Ports ports = node.ports();
    String client = new Address(network.listen().host(), ports.client()).toString();
    Address metrics = network.metricsListen();
    return List.of(
        "Cairn " + CairnVersion.version() + ", Java " + System.getProperty("java.version"),
        "Node        " + node.identity().nodeId() + ", cluster " + node.identity().clusterId(),
        "Data        " + node.dataDirectory() + " (shards: " + node.identity().shards() + ")",
        "Ports       clients "
            + client
            + (network.tls() == null ? "" : " (TLS)")
            + (metrics == null
                ? ""
                : ", metrics http://" + new Address(metrics.host(), ports.metrics()) + "/metrics"),
        "Durability  a write is on this node's disk (fsync) before it is confirmed",
        "Next        cairn put hello world --endpoints " + client);
  }
}
