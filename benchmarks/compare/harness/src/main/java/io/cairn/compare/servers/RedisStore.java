package io.cairn.compare.servers;

import io.cairn.compare.process.Children;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Redis with an append-only file that is forced to disk before each answer, on replicas too; the
 * first server is the master. Snapshots beside it are off, for they would cost and add nothing.
 */
public record RedisStore(Installation installation) implements Store {

  @Override
  public String name() {
    return "redis";
  }

  @Override
  public String version() throws IOException {
    String version =
        Installation.firstLine("redis-server", "--version").replaceAll(".* v=(\\S+) .*", "$1");
    return "Redis "
        + version
        + ", Lettuce "
        + installation.libraryVersion(module(), "lettuce-core");
  }

  @Override
  public List<Server> start(Children children, Path directory, int nodes) throws IOException {
    List<Integer> ports = Ports.free(nodes);
    List<Server> servers = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      Path data = Files.createDirectories(directory.resolve("node-" + i));
      List<String> lines = new ArrayList<>();
      lines.add("bind " + Ports.HOST);
      lines.add("port " + ports.get(i));
      lines.add("dir " + data);
      lines.add("appendonly yes");
      lines.add("appendfsync always");
      lines.add("save \"\"");
      // How long the master waits for further replicas before it sends its data; not measured.
      lines.add("repl-diskless-sync-delay 0");
      if (i > 0) {
        lines.add("replicaof " + Ports.HOST + " " + ports.get(0));
      } else if (nodes > 1) {
        lines.add("min-replicas-to-write " + (nodes - 1));
      }
      Path config = directory.resolve("node-" + i + ".conf");
      Files.write(config, lines);
      servers.add(
          new Server(
              children.server(
                  "redis " + i,
                  List.of("redis-server", config.toString()),
                  Map.of(),
                  directory.resolve("node-" + i + ".log")),
              Ports.endpoint(ports.get(i))));
    }
    return servers;
  }

  @Override
  public String clientClass() {
    return "io.cairn.compare.redis.RedisTarget";
  }
}
