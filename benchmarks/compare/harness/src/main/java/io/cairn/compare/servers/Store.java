package io.cairn.compare.servers;

import io.cairn.compare.process.Children;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** How the servers of one store are started, and where its client is. */
public interface Store {

  String name();

  /** Which versions of server and client, in a few words. */
  String version() throws IOException;

  /**
   * Starts its servers on loopback; they may not be ready yet.
   *
   * @param directory of their own, empty
   */
  List<Server> start(Children children, Path directory, int nodes) throws IOException;

  /** Changes what it is not started with, once its servers answer. */
  default void prepare(List<Server> servers) throws IOException, InterruptedException {}

  /** The class of its client's process, in the classes of {@link #module()}. */
  String clientClass();

  /** The module of this build that the client is in. */
  default String module() {
    return name();
  }
}
