package io.cairn.compare;

import io.cairn.compare.process.Children;
import io.cairn.compare.report.Picture;
import io.cairn.compare.report.Samples;
import io.cairn.compare.report.Tables;
import io.cairn.compare.servers.Installation;
import io.cairn.compare.servers.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The comparison under load: rounds, and the report after each. */
final class Comparison {
  /** What starting servers and clients and filling them takes, roughly. */
  private static final double START_SECONDS = 12;

  private final Options options;
  private final List<Section> sections;
  private final List<String> about;
  private final List<Sample> samples = new ArrayList<>();

  /**
   * Plans it.
   *
   * @param about the command, the machine and the versions, for the report
   */
  Comparison(Options options, List<String> about) {
    this.options = options;
    this.sections = Plan.of(options.nodes(), options.stores());
    this.about = about;
  }

  /** Measures in this folder, and writes the report. */
  void run(Children children, Installation installation, List<Store> stores, Path directory)
      throws IOException, InterruptedException {
    System.err.printf(Locale.ROOT, "this takes about %.0f minutes%n", Math.ceil(minutes()));
    Rounds rounds = new Rounds(children, installation, options, sections, directory, samples::add);
    for (int round = 1; round <= options.rounds(); round++) {
      rounds.run(round, stores);
      report();
    }
    System.err.println("the report is in " + options.output());
  }

  private void report() throws IOException {
    Samples measured = new Samples(samples);
    Files.createDirectories(options.output());
    List<String> lines = new ArrayList<>(about);
    lines.add("");
    lines.addAll(new Tables(measured, options.works()).of(sections));
    Files.write(options.output().resolve("report.md"), lines);
    Files.write(options.output().resolve("samples.csv"), measured.csv());
    for (Section section : sections) {
      Files.writeString(
          options.output().resolve(section.id() + ".svg"),
          Picture.of(measured, section, options.works()));
    }
  }

  private double minutes() {
    long cells = 0;
    for (Section section : sections) {
      cells += (long) section.contenders().size() * options.works().size();
    }
    long clients =
        sections.stream()
            .flatMap(
                one -> one.contenders().stream().map(it -> one.nodes() + it.store() + it.variant()))
            .distinct()
            .count();
    double round =
        cells * (options.windowMillis() + options.settleMillis()) / 1e3
            + clients * (options.warmUpMillis() / 1e3 + START_SECONDS);
    return options.rounds() * round / 60;
  }
}
