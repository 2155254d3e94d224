package io.cairn.cli.bench;

import io.cairn.cli.bench.Chart.Line;
import io.cairn.cli.bench.SvgCanvas.Anchor;
import io.cairn.cli.bench.SvgCanvas.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The picture of a result: throughput over time, and latency by percentile. */
public final class BenchPicture {

  private static final int WIDTH = 1000;
  private static final int HEIGHT = 860;
  private static final int LEFT = 100;
  private static final int RIGHT = WIDTH - 30;

  /** More could not be told apart; the memory of a long run is bounded by it too. */
  private static final int MAX_POINTS = 400;

  private static final int POINTS_IN_A_DECADE = 40;
  private static final double NANOS_IN_A_MICRO = 1_000;

  private final BenchResult result;
  private final SvgCanvas canvas;

  private BenchPicture(BenchResult result, SvgCanvas canvas) {
    this.result = result;
    this.canvas = canvas;
  }

  /**
   * Draws it.
   *
   * @param heading what was measured, in few words; one line each
   * @return an SVG document
   */
  public static String of(BenchResult result, List<String> heading) {
    SvgCanvas canvas = new SvgCanvas(WIDTH, HEIGHT, "cairn bench");
    for (int i = 0; i < heading.size(); i++) {
      canvas.text(new Point(LEFT, 26 + 18 * i), Anchor.START, i == 0 ? 15 : 12, heading.get(i));
    }
    BenchPicture picture = new BenchPicture(result, canvas);
    picture.drawThroughput();
    picture.drawLatency();
    return canvas.end();
  }

  private void drawThroughput() {
    List<Line> lines = new ArrayList<>();
    double largest = 1;
    for (Tally tally : result.tallies()) {
      Line line = new Line(tally.share().name(), throughput(tally));
      largest = Math.max(largest, line.points().stream().mapToDouble(Point::y).max().orElse(0));
      lines.add(line);
    }
    new Chart(
            "Throughput",
            Scale.fromZero(Math.max(1, result.seconds()), LEFT, RIGHT),
            "time (s)",
            BenchPicture::number,
            Scale.fromZero(largest, 400, 140),
            "operations answered (1/s)",
            BenchPicture::number)
        .draw(canvas, lines);
  }

  /** Each point is the rate of the seconds before it. */
  private List<Point> throughput(Tally tally) {
    int group = Math.max(1, (result.seconds() + MAX_POINTS - 1) / MAX_POINTS);
    List<Point> points = new ArrayList<>();
    for (int from = 0; from < result.seconds(); from += group) {
      int to = Math.min(result.seconds(), from + group);
      long sum = 0;
      for (int second = from; second < to; second++) {
        sum += tally.answersInSecond(second);
      }
      points.add(new Point(to, (double) sum / (to - from)));
    }
    return points;
  }

  private void drawLatency() {
    double decades = 1;
    double smallest = Double.MAX_VALUE;
    double largest = 1;
    List<Line> lines = new ArrayList<>();
    for (Tally tally : result.tallies()) {
      Latencies latencies = tally.latencies();
      List<Point> points = percentiles(latencies);
      lines.add(new Line(tally.share().name(), points));
      if (!points.isEmpty()) {
        decades = Math.max(decades, points.get(points.size() - 1).x());
        smallest = Math.min(smallest, points.get(0).y());
        largest = Math.max(largest, points.get(points.size() - 1).y());
      }
    }
    new Chart(
            "Latency by percentile, of answered operations",
            new Scale(false, 0, Math.ceil(decades), LEFT, RIGHT),
            "percent of the operations that took no longer",
            BenchPicture::percent,
            Scale.decades(Math.min(smallest, largest), largest, 780, 520),
            "latency (logarithmic)",
            BenchPicture::micros)
        .draw(canvas, lines);
  }

  /**
   * Microseconds over the decades of 1 / (1 - p): 1 for 90 %, 2 for 99 %, and so on, as far as
   * there are operations to tell them apart.
   */
  private static List<Point> percentiles(Latencies latencies) {
    List<Point> points = new ArrayList<>();
    if (latencies.count() == 0) {
      return points;
    }
    int steps = (int) Math.ceil(Math.log10((double) latencies.count()) * POINTS_IN_A_DECADE);
    for (int i = 0; i <= steps; i++) {
      double decade = (double) i / POINTS_IN_A_DECADE;
      double percent = 100 - 100 * Math.pow(10, -decade);
      double micros = (double) latencies.percentileNanos(percent) / NANOS_IN_A_MICRO;
      points.add(new Point(decade, Math.max(1, micros)));
    }
    return points;
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%,.1f", value);
  }

  /** "90 %" for 1, "99.9 %" for 3; nothing between. */
  private static String percent(double decade) {
    if (decade != Math.rint(decade)) {
      return "";
    }
    int digits = Math.max(0, (int) decade - 2);
    return String.format(
        Locale.ROOT, "%." + digits + "f %%", decade == 0 ? 0 : 100 - 100 * Math.pow(10, -decade));
  }

  private static String micros(double micros) {
    if (micros < 1_000) {
      return number(micros) + " \u00b5s";
    }
    return micros < 1_000_000 ? number(micros / 1_000) + " ms" : number(micros / 1_000_000) + " s";
  }
}
