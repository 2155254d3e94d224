package io.cairn.client.spi;

import io.grpc.ManagedChannel;

/** A node inside this process. */
public interface EmbeddedNode extends AutoCloseable {

  /** Opens a channel to the node, with all its services. The caller shuts it down. */
  ManagedChannel newChannel();

  /** Finishes what is under way, brings everything to disk and stops. Closing twice is allowed. */
  @Override
  void close();
}
