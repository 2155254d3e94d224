package io.cairn.compare;

import io.cairn.compare.client.Operation;
import io.cairn.compare.process.Children;
import io.cairn.compare.servers.Installation;
import io.cairn.compare.servers.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Each round has every store in turn do all of its work, alone on the machine, on new processes and
 * empty directories. The order of the stores rotates from round to round, that of a store's work
 * turns round, for what comes later meets a warmer server.
 */
final class Rounds {
  private static final Work WARM_UP = new Work(64, 128);

  private final Children children;
  private final Installation installation;
  private final Options options;
  private final List<Section> sections;
  private final Path directory;
  private final Consumer<Sample> samples;

  Rounds(
      Children children,
      Installation installation,
      Options options,
      List<Section> sections,
      Path directory,
      Consumer<Sample> samples) {
    this.children = children;
    this.installation = installation;
    this.options = options;
    this.sections = sections;
    this.directory = directory;
    this.samples = samples;
  }

  /**
   * Runs one.
   *
   * @param round from 1 on
   * @param stores in the order of the first round
   */
  void run(int round, List<Store> stores) throws IOException, InterruptedException {
    List<Store> order = new ArrayList<>(stores);
    Collections.rotate(order, round - 1);
    for (int nodes : options.nodes()) {
      for (Store store : order) {
        List<Section> here =
            sections.stream()
                .filter(one -> one.nodes() == nodes && !ofStore(one, store).isEmpty())
                .toList();
        if (!here.isEmpty()) {
          measure(store, nodes, here, round);
        }
      }
    }
  }

  private static List<Contender> ofStore(Section section, Store store) {
    return section.contenders().stream().filter(one -> one.store().equals(store.name())).toList();
  }

  private void measure(Store store, int nodes, List<Section> here, int round)
      throws IOException, InterruptedException {
    System.err.printf(
        Locale.ROOT,
        "round %d of %d: %s, nodes: %d%n",
        round,
        options.rounds(),
        store.name(),
        nodes);
    Path data = directory.resolve(store.name() + "-" + nodes);
    try (Session session = new Session(children, installation, store, data, nodes)) {
      Set<String> variants = new LinkedHashSet<>();
      here.forEach(one -> ofStore(one, store).forEach(it -> variants.add(it.variant())));
      String first = variants.iterator().next();
      for (int valueBytes : options.valueSizes()) {
        session.fill(first, options.keyCount(), valueBytes);
      }
      for (String variant : variants) {
        warmUp(session, variant, store, here);
      }
      for (Section section : inTurn(here, round)) {
        List<Contender> contenders = new ArrayList<>(ofStore(section, store));
        for (Work work : inTurn(works(store), round)) {
          for (Contender contender : contenders) {
            samples.accept(sample(session, section, contender, work, round));
          }
          // So that neither way of using a client always has the warmer server.
          Collections.reverse(contenders);
        }
      }
    }
  }

  /** As it is in odd rounds, from the end in even ones. */
  private static <T> List<T> inTurn(List<T> work, int round) {
    List<T> order = new ArrayList<>(work);
    if (round % 2 == 0) {
      Collections.reverse(order);
    }
    return order;
  }

  /** The echo has one size of message. */
  private List<Work> works(Store store) {
    return options.works().stream()
        .filter(work -> !store.name().equals("echo") || work.valueBytes() == WARM_UP.valueBytes())
        .toList();
  }

  private void warmUp(Session session, String variant, Store store, List<Section> here)
      throws IOException, InterruptedException {
    Set<Operation> operations = new LinkedHashSet<>();
    here.forEach(
        section ->
            ofStore(section, store).stream()
                .filter(one -> one.variant().equals(variant))
                .forEach(one -> operations.add(section.operation())));
    long each = options.warmUpMillis() / operations.size();
    for (Operation operation : operations) {
      session.run(variant, operation, WARM_UP, options.keyCount(), each - 1, 1);
    }
  }

  private Sample sample(Session session, Section section, Contender contender, Work work, int round)
      throws IOException, InterruptedException {
    Session.Cost cost =
        session.run(
            contender.variant(),
            section.operation(),
            work,
            options.keyCount(),
            options.settleMillis(),
            options.windowMillis());
    System.err.printf(
        Locale.ROOT,
        "  %-18s %-30s %4d in flight, %4d bytes: %,9.0f/s%s%n",
        section.id(),
        contender.label(),
        work.inFlight(),
        work.valueBytes(),
        cost.measured().rate(),
        cost.measured().failed() == 0 ? "" : ", failed: " + cost.measured().failed());
    return new Sample(
        section.id(), contender.label(), work, round, cost.measured(), cost.cpuSeconds());
  }
}
