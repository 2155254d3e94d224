package io.cairn.compare.servers;

import io.cairn.compare.process.Children;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Cairn's distribution with its defaults: forced to disk before each answer, one shard.
 *
 * @param readLeaseMillis for how long a leader answers STRONG reads without asking; 0, the default:
 *     not at all
 */
public record CairnStore(Installation installation, int readLeaseMillis) implements Store {

  @Override
  public String name() {
    return readLeaseMillis == 0 ? "cairn" : "cairn-lease";
  }

  @Override
  public String module() {
    return "cairn";
  }

  @Override
  public String version() throws IOException {
    return readLeaseMillis == 0
        ? Installation.firstLine(launcher(), "version")
        : "with a read lease of " + readLeaseMillis + " ms where it says so";
  }

  private String launcher() {
    return installation.cairn().resolve("bin/cairn").toString();
  }

  @Override
  public List<Server> start(Children children, Path directory, int nodes) throws IOException {
    List<Integer> ports = Ports.free(3 * nodes);
    List<String> members = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      String peer = Ports.endpoint(ports.get(3 * i + 1));
      members.add((i + 1) + "=" + peer + "/" + ports.get(3 * i + 2));
    }
    List<Server> servers = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      String endpoint = Ports.endpoint(ports.get(3 * i));
      Path config = directory.resolve("node-" + (i + 1) + ".yaml");
      List<String> lines = new ArrayList<>();
      lines.add("data-dir: " + directory.resolve("node-" + (i + 1)));
      lines.add("node-id: " + (i + 1));
      lines.add("listen: " + endpoint);
      lines.add("metrics-listen: \"off\"");
      if (nodes > 1) {
        lines.add("cluster.name: compare");
        lines.add("cluster.members: " + String.join(",", members));
      }
      Files.write(config, lines);
      servers.add(
          new Server(
              children.server(
                  "cairn " + (i + 1),
                  List.of(launcher(), "start", "--config", config.toString()),
                  Map.of(),
                  directory.resolve("node-" + (i + 1) + ".log")),
              endpoint));
    }
    return servers;
  }

  @Override
  public void prepare(List<Server> servers) throws IOException, InterruptedException {
    if (readLeaseMillis > 0) {
      Installation.run(
          launcher(),
          "cluster",
          "set-read-lease",
          readLeaseMillis + "ms",
          "--endpoints",
          servers.stream().map(Server::endpoint).collect(Collectors.joining(",")));
    }
  }

  @Override
  public String clientClass() {
    return "io.cairn.compare.cairn.CairnTarget";
  }
}
