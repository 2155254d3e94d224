package io.cairn.compare;

import io.cairn.compare.process.Child;
import io.cairn.compare.process.Children;
import io.cairn.compare.process.ClientProcess;
import io.cairn.compare.report.Outage;
import io.cairn.compare.servers.Installation;
import io.cairn.compare.servers.Server;
import io.cairn.compare.servers.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How long a store is away after {@code kill -9}, several times each, in turn. */
final class Outages {
  private static final int KEYS = 1_000_000;
  private static final int VALUE_BYTES = 128;

  /** One time; returns the seconds that it took. */
  private interface Trial {
    double seconds(Session session) throws IOException, InterruptedException;
  }

  private final Children children;
  private final Installation installation;
  private final Path directory;
  private final int times;

  Outages(Children children, Installation installation, Path directory, int times) {
    this.children = children;
    this.installation = installation;
    this.directory = directory;
    this.times = times;
  }

  /** Of three nodes the leader is killed: until a strong put is acknowledged again. */
  List<String> failover(List<Store> stores) throws IOException, InterruptedException {
    return table("s until a put is acknowledged", stores, 3, Outages::killLeader);
  }

  /** One node with a million keys is killed and started: until it answers. */
  List<String> restart(List<Store> stores) throws IOException, InterruptedException {
    return table("s until a get is answered", stores, 1, Outages::killAndStart);
  }

  private List<String> table(String what, List<Store> stores, int nodes, Trial trial)
      throws IOException, InterruptedException {
    Map<String, List<Double>> seconds = new LinkedHashMap<>();
    for (int i = 0; i < times; i++) {
      for (Store store : stores) {
        try (Session session =
            new Session(children, installation, store, directory.resolve(store.name()), nodes)) {
          double took = trial.seconds(session);
          System.err.printf(Locale.ROOT, "%s: %.2f s%n", store.name(), took);
          seconds.computeIfAbsent(store.name(), name -> new ArrayList<>()).add(took);
        }
      }
    }
    return Outage.table(what, seconds);
  }

  private static double killLeader(Session session) throws IOException, InterruptedException {
    String processes =
        session.servers().stream()
            .map(server -> server.endpoint() + "=" + server.child().pid())
            .collect(Collectors.joining(","));
    // This variant of etcd's client knows all members; Cairn's always does.
    return Long.parseLong(session.client("all").ask("failover " + processes)) / 1e6;
  }

  private static double killAndStart(Session session) throws IOException, InterruptedException {
    String data = KEYS + " " + VALUE_BYTES;
    ClientProcess client = session.client("");
    client.ask("fill " + data);
    Server server = session.servers().get(0);
    Child child = server.child();
    child.kill();
    String command = "answer " + data;
    client.tell(command);
    long started = System.nanoTime();
    child.restart();
    client.answer(command);
    return (System.nanoTime() - started) / 1e9;
  }
}
