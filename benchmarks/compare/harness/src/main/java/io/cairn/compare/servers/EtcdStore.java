package io.cairn.compare.servers;

import io.cairn.compare.process.Children;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** etcd with its defaults: its log is forced to disk before an entry counts. */
public record EtcdStore(Installation installation) implements Store {

  @Override
  public String name() {
    return "etcd";
  }

  @Override
  public String version() throws IOException {
    return Installation.firstLine("etcd", "--version")
        + ", jetcd "
        + installation.libraryVersion(module(), "jetcd-core");
  }

  @Override
  public List<Server> start(Children children, Path directory, int nodes) throws IOException {
    List<Integer> ports = Ports.free(2 * nodes);
    List<String> members = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      members.add("node-" + i + "=" + url(ports.get(2 * i + 1)));
    }
    List<Server> servers = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      int port = ports.get(2 * i);
      String peer = url(ports.get(2 * i + 1));
      List<String> command =
          List.of(
              "etcd",
              "--name=node-" + i,
              "--data-dir=" + directory.resolve("node-" + i),
              "--listen-client-urls=" + url(port),
              "--advertise-client-urls=" + url(port),
              "--listen-peer-urls=" + peer,
              "--initial-advertise-peer-urls=" + peer,
              "--initial-cluster=" + String.join(",", members));
      servers.add(
          new Server(
              children.server(
                  "etcd " + i, command, Map.of(), directory.resolve("node-" + i + ".log")),
              Ports.endpoint(port)));
    }
    return servers;
  }

  private static String url(int port) {
    return "http://" + Ports.endpoint(port);
  }

  @Override
  public String clientClass() {
    return "io.cairn.compare.etcd.EtcdTarget";
  }
}
