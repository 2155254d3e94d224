package io.cairn.compare;

import io.cairn.compare.process.Children;
import io.cairn.compare.report.Machine;
import io.cairn.compare.servers.CairnStore;
import io.cairn.compare.servers.EchoStore;
import io.cairn.compare.servers.EtcdStore;
import io.cairn.compare.servers.Installation;
import io.cairn.compare.servers.RedisStore;
import io.cairn.compare.servers.RheaKvStore;
import io.cairn.compare.servers.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What {@code benchmarks/compare/run} starts once all is built and installed. */
public final class Main {
  private static final int USAGE = 2;
  private static final int READ_LEASE_MILLIS = 300;

  private Main() {}

  /**
   * Runs the comparison. Exit code 0: done, 1: it failed, 2: wrong command line.
   *
   * @param arguments of {@code run}; the properties compare.home and compare.cairn are its folder
   *     and Cairn's distribution
   */
  public static void main(String[] arguments) throws InterruptedException {
    Path home = Path.of(System.getProperty("compare.home", "."));
    Path cairn = Path.of(System.getProperty("compare.cairn", "."));
    try {
      run(home, cairn, List.of(arguments));
    } catch (IllegalArgumentException wrong) {
      System.err.println("run: " + wrong.getMessage());
      System.exit(USAGE);
    } catch (IOException failed) {
      System.err.println("run: " + failed.getMessage());
      System.exit(1);
    }
  }

  private static void run(Path home, Path cairn, List<String> arguments)
      throws IOException, InterruptedException {
    boolean outage =
        !arguments.isEmpty() && Set.of("failover", "restart").contains(arguments.get(0));
    Options options =
        Options.parse(
            outage ? arguments.subList(1, arguments.size()) : arguments, home);
    Path directory = Directories.onDisk(options.directory());
    Installation installation = new Installation(home, cairn, directory);
    Children children = new Children();
    // Also on Ctrl-C and after a failure.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  children.close();
                  Directories.delete(directory);
                }));
    List<Store> stores = stores(installation, options.stores());
    if (!outage) {
      new Comparison(options, about(arguments, stores, directory))
          .run(children, installation, stores, directory);
      return;
    }
    List<Store> both =
        stores.stream().filter(one -> Set.of("cairn", "etcd").contains(one.name())).toList();
    Outages outages = new Outages(children, installation, directory, options.rounds());
    List<String> report = about(arguments, both, directory);
    report.add("");
    report.addAll(
        arguments.get(0).equals("failover") ? outages.failover(both) : outages.restart(both));
    Files.createDirectories(options.output());
    Files.write(options.output().resolve(arguments.get(0) + ".md"), report);
    report.forEach(System.out::println);
  }

  private static List<Store> stores(Installation installation, Set<String> names) {
    List<Store> all =
        List.of(
            new CairnStore(installation, 0),
            new CairnStore(installation, READ_LEASE_MILLIS),
            new EtcdStore(installation),
            new RedisStore(installation),
            new RheaKvStore(installation),
            new EchoStore(installation));
    return all.stream().filter(store -> names.contains(store.name())).toList();
  }

  private static List<String> about(List<String> arguments, List<Store> stores, Path data)
      throws IOException {
    List<String> versions = new ArrayList<>();
    for (Store store : stores) {
      versions.add(store.version());
    }
    List<String> about = new ArrayList<>();
    about.add(("`benchmarks/compare/run " + String.join(" ", arguments)).strip() + "` on:");
    about.add(Machine.describe(data) + ".");
    about.add(String.join("; ", versions) + ".");
    return about;
  }
}
