package io.cairn.cli.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a number lies on an axis of a picture.
 *
 * @param logarithmic then {@code min} is above 0
 * @param max above {@code min}
 * @param start the coordinate of {@code min}
 * @param end the coordinate of {@code max}
 */
record Scale(boolean logarithmic, double min, double max, double start, double end) {

  /** From 0 to a round number that is not below {@code largest}, nor below 1. */
  static Scale fromZero(double largest, double start, double end) {
    double length = Math.max(1, largest);
    double step = roundStep(length);
    return new Scale(false, 0, step * Math.ceil(length / step), start, end);
  }

  /** Between the powers of ten around two numbers above 0. */
  static Scale decades(double smallest, double largest, double start, double end) {
    double from = Math.pow(10, Math.floor(Math.log10(smallest)));
    double to = Math.pow(10, Math.ceil(Math.log10(largest)));
    return new Scale(true, from, to > from ? to : 10 * from, start, end);
  }

  /** The coordinate of a number; one beyond an end lies at that end. */
  double at(double number) {
    double inside = Math.max(min, Math.min(max, number));
    double fraction =
        logarithmic ? Math.log(inside / min) / Math.log(max / min) : (inside - min) / (max - min);
    return start + fraction * (end - start);
  }

  /** Numbers worth a line. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    if (logarithmic) {
      for (double tick = min; tick < max * 1.5; tick *= 10) {
        ticks.add(tick);
      }
    } else {
      double step = roundStep(max - min);
      for (int i = 0; min + i * step <= max + step / 2; i++) {
        ticks.add(min + i * step);
      }
    }
    return ticks;
  }

  /** 1, 2 or 5 times a power of ten, of which 4 to 10 make the length. */
  private static double roundStep(double length) {
    double power = Math.pow(10, Math.floor(Math.log10(length)));
    double digits = length / power;
    if (digits <= 1) {
      return power / 5;
    }
    return digits <= 2 ? power / 5 : digits <= 5 ? power / 2 : power;
  }
}
