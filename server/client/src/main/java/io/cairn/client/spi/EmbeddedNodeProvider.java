package io.cairn.client.spi;

import java.nio.file.Path;

/** Starts a node inside this process. */
public interface EmbeddedNodeProvider {

  /**
   * Starts a durable node that serves only this process; returns when it serves.
   *
   * @param dataDirectory created when it does not exist; no other process may use it at the same
   *     time
   */
  EmbeddedNode start(Path dataDirectory);
}
