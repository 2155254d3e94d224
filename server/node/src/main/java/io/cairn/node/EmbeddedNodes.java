package io.cairn.node;

import io.cairn.client.spi.EmbeddedNode;
import io.cairn.client.spi.EmbeddedNodeProvider;
import io.cairn.node.config.NodeConfig;
import io.cairn.node.config.NodeConfigLoader;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.util.Map;

/** Embeds a node for the client, which finds this class as a service. Opens no port. */
public final class EmbeddedNodes implements EmbeddedNodeProvider {

  @Override
  public EmbeddedNode start(Path dataDirectory) {
    NodeConfig config =
        NodeConfigLoader.load(
                Map.of("data-dir", dataDirectory.toString(), "metrics-listen", "off"),
                Map.of(),
                null)
            .config();
    InProcessTransport transport = new InProcessTransport(config);
    CairnNode node = CairnNode.start(config, unused -> transport, DiskEngines::new);
    return new EmbeddedNode() {
      @Override
      public ManagedChannel newChannel() {
        return transport.newChannel();
      }

      @Override
      public void close() {
        node.close();
      }
    };
  }
}
