package io.cairn.compare.report;

import io.cairn.compare.Contender;
import io.cairn.compare.Sample;
import io.cairn.compare.Section;
import io.cairn.compare.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** All that was measured, by what it was. */
public final class Samples {
  private final List<Sample> all;

  public Samples(List<Sample> all) {
    this.all = List.copyOf(all);
  }

  /** Of one contender at one work, by round. */
  private Map<Integer, Sample> of(Section section, Contender contender, Work work) {
    Map<Integer, Sample> found = new TreeMap<>();
    for (Sample sample : all) {
      if (sample.section().equals(section.id())
          && sample.contender().equals(contender.label())
          && sample.work().equals(work)) {
        found.put(sample.round(), sample);
      }
    }
    return found;
  }

  /** Over the rounds; empty when it was not measured. */
  Optional<Statistics> statistics(
      Section section, Contender contender, Work work, ToDoubleFunction<Sample> figure) {
    List<Double> values =
        of(section, contender, work).values().stream()
            .map(figure::applyAsDouble)
            .filter(value -> !value.isNaN())
            .toList();
    return values.isEmpty() ? Optional.empty() : Optional.of(Statistics.of(values));
  }

  /** The subject's rate divided by the peer's in the same round; empty when one has none. */
  Optional<Statistics> ratio(Section section, Contender subject, Contender peer, Work work) {
    Map<Integer, Sample> peers = of(section, peer, work);
    List<Double> ratios = new ArrayList<>();
    of(section, subject, work)
        .forEach(
            (round, sample) -> {
              Sample other = peers.get(round);
              if (other != null && other.measured().operations() > 0) {
                ratios.add(sample.measured().rate() / other.measured().rate());
              }
            });
    return ratios.isEmpty() ? Optional.empty() : Optional.of(Statistics.of(ratios));
  }

  /** Operations that failed in all rounds. */
  long failed(Section section, Contender contender, Work work) {
    return of(section, contender, work).values().stream()
        .mapToLong(sample -> sample.measured().failed())
        .sum();
  }

  /** All of them, one a line, with a heading. */
  public List<String> csv() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "section,contender,in_flight,value_bytes,round,operations,seconds,rate,p50_us,p99_us,"
            + "failed,cpu_seconds");
    for (Sample sample : all) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%s,\"%s\",%d,%d,%d,%d,%.3f,%.1f,%.1f,%.1f,%d,%.2f",
              sample.section(),
              sample.contender(),
              sample.work().inFlight(),
              sample.work().valueBytes(),
              sample.round(),
              sample.measured().operations(),
              sample.measured().seconds(),
              sample.measured().rate(),
              sample.measured().p50Micros(),
              sample.measured().p99Micros(),
              sample.measured().failed(),
              sample.cpuSeconds()));
    }
    return lines;
  }
}
