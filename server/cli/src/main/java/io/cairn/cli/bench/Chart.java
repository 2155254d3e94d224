package io.cairn.cli.bench;

import io.cairn.cli.bench.SvgCanvas.Anchor;
import io.cairn.cli.bench.SvgCanvas.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * Axes with labels, and lines between them.
 *
 * @param bottomLabels what the numbers below the bottom axis are, by their position
 */
record Chart(
    String title,
    Scale bottom,
    String bottomTitle,
    DoubleFunction<String> bottomLabels,
    Scale left,
    String leftTitle,
    DoubleFunction<String> leftLabels) {

  /** Told apart by people who see few colours as well (Okabe and Ito). */
  private static final List<String> COLORS =
      List.of(
          "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f3f00", "#555555");

  private static final String GRID = "#dddddd";
  private static final String AXIS = "#444444";
  private static final int TEXT = 12;
  private static final int LEGEND_WIDTH = 145;
  private static final int LEGEND_COLUMNS = 6;
  private static final int LEGEND_ROW = 16;

  /**
   * A line of the chart.
   *
   * @param points in the units of the axes
   */
  record Line(String name, List<Point> points) {}

  void draw(SvgCanvas canvas, List<Line> lines) {
    canvas.text(new Point(bottom.start(), left.end() - 48), Anchor.START, 15, title);
    drawGrid(canvas);
    canvas.line(
        new Point(bottom.start(), left.start()), new Point(bottom.end(), left.start()), AXIS);
    canvas.line(
        new Point(bottom.start(), left.start()), new Point(bottom.start(), left.end()), AXIS);
    canvas.text(
        new Point((bottom.start() + bottom.end()) / 2, left.start() + 38),
        Anchor.MIDDLE,
        TEXT,
        bottomTitle);
    canvas.uprightText(
        new Point(bottom.start() - 70, (left.start() + left.end()) / 2), TEXT, leftTitle);
    for (int i = 0; i < lines.size(); i++) {
      drawLine(canvas, lines.get(i), i);
    }
  }

  private void drawGrid(SvgCanvas canvas) {
    for (double tick : bottom.ticks()) {
      double x = bottom.at(tick);
      canvas.line(new Point(x, left.start()), new Point(x, left.end()), GRID);
      canvas.text(new Point(x, left.start() + 18), Anchor.MIDDLE, TEXT, bottomLabels.apply(tick));
    }
    for (double tick : left.ticks()) {
      double y = left.at(tick);
      canvas.line(new Point(bottom.start(), y), new Point(bottom.end(), y), GRID);
      canvas.text(new Point(bottom.start() - 8, y + 4), Anchor.END, TEXT, leftLabels.apply(tick));
    }
  }

  private void drawLine(SvgCanvas canvas, Line line, int index) {
    String color = COLORS.get(index % COLORS.size());
    double x = bottom.start() + index % LEGEND_COLUMNS * LEGEND_WIDTH;
    int row = index / LEGEND_COLUMNS;
    double y = left.end() - 28 + row * LEGEND_ROW;
    canvas.rectangle(new Point(x, y - 7), 14, 4, color);
    canvas.text(new Point(x + 20, y), Anchor.START, TEXT, line.name());
    List<Point> corners = new ArrayList<>();
    for (Point point : line.points()) {
      corners.add(new Point(bottom.at(point.x()), left.at(point.y())));
    }
    if (!corners.isEmpty()) {
      canvas.polyline(corners, color);
    }
  }
}
