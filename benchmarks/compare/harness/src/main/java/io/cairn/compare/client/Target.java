package io.cairn.compare.client;

import java.util.List;

/** A store, through its own client. */
public interface Target extends AutoCloseable {

  /** Connects targets. */
  @FunctionalInterface
  interface Factory {
    /**
     * Makes the client; it may connect later.
     *
     * @param endpoints "host:port" of each node
     * @param variant how to use the client, where there is more than one way
     */
    Target connect(List<String> endpoints, String variant) throws Exception;
  }

  /**
   * The call that does it.
   *
   * @throws IllegalArgumentException when the store has nothing that matches
   */
  Call call(Operation operation) throws Exception;

  /**
   * Whether all nodes are there and in sync.
   *
   * @throws Exception when it cannot be known yet
   */
  boolean isReady() throws Exception;

  /** The endpoint of the node that leads. */
  default String leader() throws Exception {
    throw new UnsupportedOperationException("the leader is not known");
  }

  @Override
  void close();
}
