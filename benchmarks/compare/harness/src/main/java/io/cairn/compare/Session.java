package io.cairn.compare;

import io.cairn.compare.client.Measured;
import io.cairn.compare.client.Operation;
import io.cairn.compare.process.Child;
import io.cairn.compare.process.Children;
import io.cairn.compare.process.ClientProcess;
import io.cairn.compare.process.CpuTime;
import io.cairn.compare.servers.Installation;
import io.cairn.compare.servers.Server;
import io.cairn.compare.servers.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** One store that runs on an empty directory, and its clients. */
final class Session implements AutoCloseable {
  private static final int READY_SECONDS = 60;

  private final Children children;
  private final Installation installation;
  private final Store store;
  private final Path directory;
  private final List<Server> servers;
  private final Map<String, ClientProcess> clients = new LinkedHashMap<>();

  /** Starts the servers. */
  Session(Children children, Installation installation, Store store, Path directory, int nodes)
      throws IOException {
    this.children = children;
    this.installation = installation;
    this.store = store;
    this.directory = Files.createDirectories(directory);
    this.servers = store.start(children, directory, nodes);
  }

  List<Server> servers() {
    return servers;
  }

  /** The client with this variant; the first call for it starts it and waits for the servers. */
  ClientProcess client(String variant) throws IOException, InterruptedException {
    ClientProcess running = clients.get(variant);
    if (running != null) {
      return running;
    }
    String endpoints = servers.stream().map(Server::endpoint).collect(Collectors.joining(","));
    ClientProcess client =
        children.client(
            "the client of " + store.name(),
            installation.java(store.module(), store.clientClass(), List.of(variant, endpoints)),
            directory.resolve("client-" + variant + ".log"));
    clients.put(variant, client);
    client.ask("ready " + READY_SECONDS);
    for (Server server : servers) {
      server.child().requireAlive();
    }
    if (clients.size() == 1) {
      store.prepare(servers);
    }
    return client;
  }

  /** Puts the keys of one data set. */
  void fill(String variant, int keyCount, int valueBytes) throws IOException, InterruptedException {
    client(variant).ask("fill " + keyCount + " " + valueBytes);
  }

  /** What a load looks like to its client and costs in processor seconds. */
  record Cost(Measured measured, double cpuSeconds) {}

  /**
   * Loads for a time and measures the window at its end.
   *
   * @param settleMillis of load before the window
   */
  Cost run(
      String variant,
      Operation operation,
      Work work,
      int keyCount,
      long settleMillis,
      long windowMillis)
      throws IOException, InterruptedException {
    ClientProcess client = client(variant);
    List<Child> measured = new ArrayList<>(servers.stream().map(Server::child).toList());
    measured.add(client.child());
    String command =
        String.join(
            " ",
            "run",
            operation.name(),
            Integer.toString(work.inFlight()),
            Integer.toString(keyCount),
            Integer.toString(work.valueBytes()),
            Long.toString(settleMillis),
            Long.toString(windowMillis));
    client.tell(command);
    client.answer(command);
    double before = CpuTime.seconds(measured);
    // It comes when the window has ended and what was under way is answered.
    Measured result = Measured.parse(client.answer(command));
    return new Cost(result, CpuTime.seconds(measured) - before);
  }

  @Override
  public void close() {
    children.killAll();
    Directories.delete(directory);
  }
}
