package io.cairn.compare.report;

import io.cairn.compare.Sample;
import io.cairn.compare.Section;
import io.cairn.compare.Work;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * A section as bars: for each work the rates of all contenders, below them what they cost the
 * processors. Each group has a scale of its own, for one operation in flight and 256 would not fit
 * one, and each bar its number. A thin line on a bar goes from the smallest to the largest round.
 */
public final class Picture {
  /** Told apart by people who see few colours as well (Okabe and Ito). */
  private static final List<String> COLORS =
      List.of("#0072b2", "#56b4e9", "#d55e00", "#009e73", "#e69f00", "#cc79a7", "#555555");

  private static final int LEFT = 30;
  private static final int GROUP_GAP = 40;
  private static final int BAR = 40;
  private static final int CHART_HEIGHT = 220;
  private static final int LEGEND_ROW = 18;

  private final Samples samples;
  private final Section section;
  private final List<Work> works;
  private final int width;
  private final int legendHeight;
  private final Svg svg;

  private Picture(Samples samples, Section section, List<Work> works) {
    this.samples = samples;
    this.section = section;
    this.works = works;
    this.width =
        Math.max(560, LEFT + works.size() * (section.contenders().size() * BAR + GROUP_GAP) + 20);
    this.legendHeight = LEGEND_ROW * section.contenders().size();
    this.svg =
        new Svg(
            width, 60 + legendHeight + 2 * (CHART_HEIGHT + 90), section.title().replace("`", ""));
  }

  /** Draws it; an SVG document. */
  public static String of(Samples samples, Section section, List<Work> works) {
    return new Picture(samples, section, works).draw();
  }

  private String draw() {
    svg.text(LEFT, 28, "start", 16, section.title().replace("`", ""));
    for (int i = 0; i < section.contenders().size(); i++) {
      int y = 50 + i * LEGEND_ROW;
      svg.rectangle(LEFT, y - 10, 12, 12, color(i));
      svg.text(LEFT + 20, y, "start", 12, section.contenders().get(i).label());
    }
    int first = 60 + legendHeight + 30;
    chart("operations/s: more is better", first, sample -> sample.measured().rate());
    chart(
        "processor seconds for 100k operations, servers and client: less is better",
        first + CHART_HEIGHT + 90,
        Sample::cpuOfHundredThousand);
    return svg.end();
  }

  private void chart(String title, int top, ToDoubleFunction<Sample> figure) {
    int bottom = top + CHART_HEIGHT;
    svg.text(LEFT, top - 20, "start", 13, title);
    svg.line(LEFT, bottom, width - 10, bottom, "#444444");
    double x = LEFT + GROUP_GAP / 2.0;
    for (Work work : works) {
      double groupWidth = section.contenders().size() * BAR;
      svg.text(x + groupWidth / 2, bottom + 18, "middle", 11, work.inFlight() + " in flight");
      svg.text(x + groupWidth / 2, bottom + 32, "middle", 11, work.valueBytes() + " bytes");
      double pixels = CHART_HEIGHT / largest(work, figure);
      for (int i = 0; i < section.contenders().size(); i++) {
        Optional<Statistics> bar =
            samples.statistics(section, section.contenders().get(i), work, figure);
        if (bar.isPresent()) {
          bar(bar.get(), x + i * BAR, bottom, pixels, color(i));
        }
      }
      x += groupWidth + GROUP_GAP;
    }
  }

  private void bar(Statistics value, double x, int bottom, double pixels, String color) {
    double height = value.median() * pixels;
    svg.rectangle(x, bottom - height, BAR - 4, height, color);
    double middle = x + (BAR - 4) / 2.0;
    double top = bottom - value.max() * pixels;
    svg.line(middle, bottom - value.min() * pixels, middle, top, "#000000");
    svg.text(middle, top - 4, "middle", 10, number(value.median()));
  }

  /** Above 0, so that it can be divided by. */
  private double largest(Work work, ToDoubleFunction<Sample> figure) {
    return section.contenders().stream()
        .flatMap(one -> samples.statistics(section, one, work, figure).stream())
        .mapToDouble(Statistics::max)
        .filter(value -> value > 0)
        .max()
        .orElse(1);
  }

  /** Three digits or so. */
  static String number(double value) {
    if (value >= 1_000) {
      double thousands = value / 1_000;
      return String.format(Locale.ROOT, thousands < 10 ? "%.2fk" : "%.1fk", thousands);
    }
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
  }

  private static String color(int index) {
    return COLORS.get(index % COLORS.size());
  }
}
