package io.cairn.client;

import io.cairn.client.spi.EmbeddedNode;
import io.cairn.client.spi.EmbeddedNodeProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The nodes embedded in this process, one for each data directory however many stores use it. The
 * last store to close stops the node; what is still open when the JVM exits is closed by a shutdown
 * hook. Nothing depends on either: a write is on disk when it is confirmed.
 */
final class EmbeddedNodes {

  private static final Map<Path, Shared> RUNNING = new HashMap<>(); // guarded by the class
  private static boolean hooked; // guarded by the class

  private EmbeddedNodes() {}

  /** A node and the client that its stores share. */
  static final class Shared {

    private final Path directory;
    private final EmbeddedNode node;
    private final CairnClient client;
    private int users; // guarded by EmbeddedNodes.class

    private Shared(Path directory, EmbeddedNode node) {
      this.directory = directory;
      this.node = node;
      // Without a network a call each costs little, and every thread reads for itself.
      this.client = CairnClient.builder().channel(node::newChannel).pipelining(false).build();
    }

    CairnClient client() {
      return client;
    }

    private void stop() {
      client.close();
      node.close();
    }
  }

  /** Where a store is that names no directory. */
  static Path defaultDirectory() {
    return defaultDirectory(
        System.getenv("CAIRN_DATA_DIR"),
        System.getProperty("cairn.data.dir"),
        System.getProperty("user.home"));
  }

  static Path defaultDirectory(
      @Nullable String environment, @Nullable String property, String home) {
    if (environment != null && !environment.isEmpty()) {
      return Path.of(environment);
    }
    return property == null || property.isEmpty()
        ? Path.of(home, ".cairn", "embedded")
        : Path.of(property);
  }

  /**
   * Starts a node, or joins the one that runs on the directory already.
   *
   * @param directory created when it does not exist
   */
  static synchronized Shared acquire(Path directory) {
    Path real = realPath(directory);
    Shared shared = RUNNING.get(real);
    if (shared == null) {
      shared = new Shared(real, provider(EmbeddedNodes.class.getClassLoader()).start(real));
      RUNNING.put(real, shared);
      hookOnce();
    }
    shared.users++;
    return shared;
  }

  static synchronized void release(Shared shared) {
    shared.users--;
    if (shared.users == 0 && RUNNING.remove(shared.directory, shared)) {
      shared.stop();
    }
  }

  private static Path realPath(Path directory) {
    try {
      if (!Files.isDirectory(directory)) { // createDirectories of Java 17 refuses a link to one
        Files.createDirectories(directory);
      }
      return directory.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The data directory " + directory.toAbsolutePath() + " cannot be created or read: " + e,
          e);
    }
  }

  static EmbeddedNodeProvider provider(ClassLoader loader) {
    return ServiceLoader.load(EmbeddedNodeProvider.class, loader)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "There is no node to embed: add the artifact io.cairn:cairn-server-node to the"
                        + " class path, or call DistributedKVStore.connect(\"host:port\") to use a"
                        + " node that runs elsewhere."));
  }

  private static void hookOnce() {
    if (!hooked) {
      hooked = true;
      Runtime.getRuntime()
          .addShutdownHook(new Thread(EmbeddedNodes::stopAll, "cairn-embedded-stop"));
    }
  }

  private static synchronized void stopAll() {
    List<Shared> all = List.copyOf(RUNNING.values());
    RUNNING.clear();
    all.forEach(Shared::stop);
  }
}
