package io.cairn.cli.bench;

import java.util.List;
import java.util.Locale;

/** Writes shapes as SVG 1.1 that needs no other file. Coordinates are pixels from the top left. */
final class SvgCanvas {

  /** A corner of a line. */
  record Point(double x, double y) {}

  /** Where a text stands to its point. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  private final StringBuilder svg = new StringBuilder();

  SvgCanvas(int width, int height, String title) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>%n<svg xmlns=\"http://www.w3.org/2000/svg\""
                + " width=\"%1$d\" height=\"%2$d\" viewBox=\"0 0 %1$d %2$d\""
                + " font-family=\"sans-serif\" role=\"img\">%n<title>%3$s</title>%n"
                // Its own paper: the page around it may be dark.
                + "<rect width=\"%1$d\" height=\"%2$d\" fill=\"#ffffff\"/>%n",
            width,
            height,
            escape(title)));
  }

  void line(Point from, Point to, String color) {
    add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>",
        from.x(), from.y(), to.x(), to.y(), color);
  }

  void polyline(List<Point> points, String color) {
    StringBuilder corners = new StringBuilder();
    for (Point point : points) {
      corners.append(String.format(Locale.ROOT, "%.1f,%.1f ", point.x(), point.y()));
    }
    add(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\""
            + " stroke-linejoin=\"round\"/>",
        corners.toString().strip(), color);
  }

  void rectangle(Point corner, double width, double height, String color) {
    add(
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>",
        corner.x(), corner.y(), width, height, color);
  }

  void text(Point at, Anchor anchor, int size, String text) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\" fill=\"#222222\">%s</text>",
        at.x(), at.y(), anchor.name().toLowerCase(Locale.ROOT), size, escape(text));
  }

  /** A text that is read from below. */
  void uprightText(Point middle, int size, String text) {
    add(
        "<text transform=\"translate(%.1f %.1f) rotate(-90)\" text-anchor=\"middle\""
            + " font-size=\"%d\" fill=\"#222222\">%s</text>",
        middle.x(), middle.y(), size, escape(text));
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  /** The whole document. */
  String end() {
    return svg + "</svg>\n";
  }

  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '&' -> escaped.append("&amp;");
        case '"' -> escaped.append("&quot;");
        // Control characters may not stand in XML at all.
        default -> escaped.append(c < ' ' ? ' ' : c);
      }
    }
    return escaped.toString();
  }
}
