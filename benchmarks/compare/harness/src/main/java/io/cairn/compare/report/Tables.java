package io.cairn.compare.report;

import io.cairn.compare.Contender;
import io.cairn.compare.Sample;
import io.cairn.compare.Section;
import io.cairn.compare.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;

/** The report in Markdown: three tables for each section. */
public final class Tables {
  private static final String NONE = "-";
  private static final int SMALL_BYTES = 128;

  private final Samples samples;
  private final List<Work> works;

  /** Has a column for each work. */
  public Tables(Samples samples, List<Work> works) {
    this.samples = samples;
    this.works = works;
  }

  /** Of all sections, under headings of the third level. */
  public List<String> of(List<Section> sections) {
    List<String> lines = new ArrayList<>();
    for (Section section : sections) {
      lines.add("### " + section.title());
      lines.add("");
      lines.addAll(rates(section));
      lines.add("");
      if (section.contenders().size() > 1 && !section.subjects().isEmpty()) {
        lines.addAll(ratios(section));
        lines.add("");
      }
      lines.addAll(costs(section));
      lines.add("");
    }
    return lines;
  }

  private List<String> rates(Section section) {
    List<String> lines = head("operations/s");
    for (Contender contender : section.contenders()) {
      lines.add(
          row(
              contender.label(),
              (one, work) -> {
                long failed = samples.failed(one, contender, work);
                return samples
                    .statistics(one, contender, work, sample -> sample.measured().rate())
                    .map(rate -> rate(rate) + (failed == 0 ? "" : ", " + failed + " failed"))
                    .orElse(NONE);
              },
              section));
    }
    return lines;
  }

  private static String rate(Statistics rate) {
    // One round has no spread; 0 % would claim one.
    return rate.min() == rate.max()
        ? format("%,.0f", rate.median())
        : format("%,.0f ± %.0f %%", rate.median(), rate.spreadPercent());
  }

  private List<String> ratios(Section section) {
    List<String> lines = head("times as many");
    for (Contender subject : section.subjects()) {
      for (Contender peer : section.contenders()) {
        if (section.subjects().indexOf(peer) > section.subjects().indexOf(subject)
            || !section.subjects().contains(peer)) {
          lines.add(
              row(
                  subject.label() + " / " + peer.label(),
                  (one, work) ->
                      samples.ratio(one, subject, peer, work).map(Tables::ratio).orElse(NONE),
                  section));
        }
      }
    }
    return lines;
  }

  private static String ratio(Statistics ratio) {
    return ratio.min() == ratio.max()
        ? format("%.2f", ratio.median())
        : format("%.2f (%.2f to %.2f)", ratio.median(), ratio.min(), ratio.max());
  }

  private List<String> costs(Section section) {
    List<String> lines = head("p50 / p99 in ms, processor s for 100k");
    for (Contender contender : section.contenders()) {
      lines.add(
          row(contender.label(), (one, work) -> cost(one, contender, work).orElse(NONE), section));
    }
    return lines;
  }

  private Optional<String> cost(Section section, Contender contender, Work work) {
    Optional<Statistics> p50 =
        samples.statistics(section, contender, work, sample -> sample.measured().p50Micros());
    Optional<Statistics> p99 =
        samples.statistics(section, contender, work, sample -> sample.measured().p99Micros());
    return samples
        .statistics(section, contender, work, Sample::cpuOfHundredThousand)
        .map(cpu -> millis(p50) + " / " + millis(p99) + ", " + format("%.1f", cpu.median()));
  }

  private static String millis(Optional<Statistics> micros) {
    double millis = micros.orElseThrow().median() / 1_000;
    return millis < 1 ? format("%.2f", millis) : format("%.1f", millis);
  }

  private List<String> head(String what) {
    StringBuilder names = new StringBuilder("| " + what + " |");
    StringBuilder rule = new StringBuilder("|---|");
    for (Work work : works) {
      names
          .append(' ')
          .append(work.inFlight())
          .append(work.valueBytes() == SMALL_BYTES ? "" : ", " + work.valueBytes() + " bytes")
          .append(" |");
      rule.append("---|");
    }
    List<String> lines = new ArrayList<>();
    lines.add(names.toString());
    lines.add(rule.toString());
    return lines;
  }

  private String row(String name, BiFunction<Section, Work, String> cell, Section section) {
    StringBuilder row = new StringBuilder("| " + name + " |");
    for (Work work : works) {
      row.append(' ').append(cell.apply(section, work)).append(" |");
    }
    return row.toString();
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
