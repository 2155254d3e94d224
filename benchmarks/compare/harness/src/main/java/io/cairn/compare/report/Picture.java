package io.cairn.compare.report;

import io.cairn.compare.Contender;
import io.cairn.compare.Sample;
import io.cairn.compare.Section;
import io.cairn.compare.Work;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * A section as bars: for each work the rates of all contenders, below them what they cost the
 * processors. A thin line on a bar goes from the smallest to the largest round.
 */
public final class Picture {
  /** Told apart by people who see few colours as well (Okabe and Ito). */
  private static final List<String> COLORS =
      List.of("#0072b2", "#56b4e9", "#d55e00", "#009e73", "#e69f00", "#cc79a7", "#555555");

  private static final int LEFT = 90;
  private static final int GROUP_GAP = 40;
  private static final int BAR = 22;
  private static final int CHART_HEIGHT = 220;
  private static final int TICKS = 5;
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
    double largest = roundUp(largest(figure));
    int bottom = top + CHART_HEIGHT;
    svg.text(LEFT, top - 12, "start", 13, title);
    for (int tick = 0; tick <= TICKS; tick++) {
      double y = bottom - (double) CHART_HEIGHT * tick / TICKS;
      svg.line(LEFT, y, width - 10, y, tick == 0 ? "#444444" : "#dddddd");
      svg.text(LEFT - 8, y + 4, "end", 11, number(largest * tick / TICKS));
    }
    double x = LEFT + GROUP_GAP / 2.0;
    for (Work work : works) {
      double groupWidth = section.contenders().size() * BAR;
      svg.text(x + groupWidth / 2, bottom + 18, "middle", 11, work.inFlight() + " in flight");
      svg.text(x + groupWidth / 2, bottom + 32, "middle", 11, work.valueBytes() + " bytes");
      for (int i = 0; i < section.contenders().size(); i++) {
        Optional<Statistics> bar =
            samples.statistics(section, section.contenders().get(i), work, figure);
        if (bar.isPresent()) {
          bar(bar.get(), x + i * BAR, bottom, CHART_HEIGHT / largest, color(i));
        }
      }
      x += groupWidth + GROUP_GAP;
    }
  }

  private void bar(Statistics value, double x, int bottom, double pixels, String color) {
    double height = value.median() * pixels;
    svg.rectangle(x, bottom - height, BAR - 3, height, color);
    double middle = x + (BAR - 3) / 2.0;
    svg.line(middle, bottom - value.min() * pixels, middle, bottom - value.max() * pixels, "#000");
  }

  private double largest(ToDoubleFunction<Sample> figure) {
    double largest = 0;
    for (Work work : works) {
      for (Contender contender : section.contenders()) {
        largest =
            Math.max(
                largest,
                samples
                    .statistics(section, contender, work, figure)
                    .map(Statistics::max)
                    .orElse(0.0));
      }
    }
    return largest;
  }

  /** To 1, 2 or 5 times a power of ten. */
  static double roundUp(double value) {
    if (value <= 0) {
      return 1;
    }
    double power = Math.pow(10, Math.floor(Math.log10(value)));
    for (double step : new double[] {1, 2, 5}) {
      if (step * power >= value) {
        return step * power;
      }
    }
    return 10 * power;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value == Math.rint(value) ? "%,.0f" : "%,.1f", value);
  }

  private static String color(int index) {
    return COLORS.get(index % COLORS.size());
  }
}
