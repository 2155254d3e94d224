package io.cairn.compare.servers;

import io.cairn.compare.process.Children;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** No store: a gRPC server that sends back what it gets, with the libraries of Cairn's client. */
public record EchoStore(Installation installation) implements Store {

  @Override
  public String name() {
    return "echo";
  }

  @Override
  public String version() throws IOException {
    return "gRPC " + installation.libraryVersion(module(), "grpc-netty-shaded");
  }

  @Override
  public List<Server> start(Children children, Path directory, int nodes) throws IOException {
    int port = Ports.free(1).get(0);
    List<String> command =
        installation.java(
            module(), "io.cairn.compare.cairn.EchoServer", List.of(Integer.toString(port)));
    return List.of(
        new Server(
            children.server("echo", command, Map.of(), directory.resolve("echo.log")),
            Ports.endpoint(port)));
  }

  @Override
  public String clientClass() {
    return "io.cairn.compare.cairn.EchoTarget";
  }

  @Override
  public String module() {
    return "cairn";
  }
}
