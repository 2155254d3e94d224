package io.cairn.compare.servers;

import io.cairn.compare.process.Children;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** RheaKV, a library: each store is a process of this build that holds one. */
public record RheaKvStore(Installation installation) implements Store {

  @Override
  public String name() {
    return "rheakv";
  }

  @Override
  public String version() throws IOException {
    return "RheaKV " + installation.libraryVersion(module(), "jraft-rheakv-core");
  }

  @Override
  public List<Server> start(Children children, Path directory, int nodes) throws IOException {
    List<Integer> ports = Ports.free(nodes);
    String all = ports.stream().map(Ports::endpoint).collect(Collectors.joining(","));
    List<Server> servers = new ArrayList<>();
    for (int port : ports) {
      Path data = directory.resolve("node-" + port);
      List<String> command =
          installation.java(
              module(),
              "io.cairn.compare.rheakv.RheaKvServer",
              List.of(Integer.toString(port), all, data.toString()));
      servers.add(
          new Server(
              children.server(
                  "rheakv " + port, command, Map.of(), directory.resolve("node-" + port + ".log")),
              Ports.endpoint(port)));
    }
    return servers;
  }

  @Override
  public String clientClass() {
    return "io.cairn.compare.rheakv.RheaKvTarget";
  }
}
