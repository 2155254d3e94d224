package io.cairn.client;

import io.cairn.client.spi.EmbeddedNode;
import io.cairn.client.spi.EmbeddedNodeProvider;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Embeds a {@link FakeNode}; found by the ServiceLoader in this module's tests. */
public final class FakeNodeProvider implements EmbeddedNodeProvider {

  /** Directories of the nodes that run, in the order of their start. */
  static final List<Path> RUNNING = new ArrayList<>();

  @Override
  public EmbeddedNode start(Path dataDirectory) {
    FakeNode node;
    try {
      node = new FakeNode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    RUNNING.add(dataDirectory);
    return new EmbeddedNode() {
      @Override
      public ManagedChannel newChannel() {
        return node.channel();
      }

      @Override
      public void close() {
        RUNNING.remove(dataDirectory);
        node.close();
      }
    };
  }
}
