package io.cairn.cli;

import java.time.Duration;
import java.util.Locale;

/** Numbers for people. */
final class Units {

  private static final String[] BYTE_UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final double NANOS_PER_SECOND = 1e9;

  private Units() {}

  /** "12,345". */
  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** "1.5 MiB"; whole numbers of a unit without a fraction. */
  static String bytes(long bytes) {
    double number = bytes;
    int unit = 0;
    while (number >= 1024 && unit < BYTE_UNITS.length - 1) {
      number /= 1024;
      unit++;
    }
    return (number == Math.rint(number)
            ? String.format(Locale.ROOT, "%.0f ", number)
            : String.format(Locale.ROOT, "%.1f ", number))
        + BYTE_UNITS[unit];
  }

  /** "3d 4h", "3h 12m", "3m 12s", "12.3 s". */
  static String duration(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", duration.toNanos() / NANOS_PER_SECOND);
    }
    if (seconds < 3600) {
      return seconds / 60 + "m " + seconds % 60 + "s";
    }
    if (seconds < 24 * 3600) {
      return seconds / 3600 + "h " + seconds / 60 % 60 + "m";
    }
    return seconds / (24 * 3600) + "d " + seconds / 3600 % 24 + "h";
  }

  /** As {@link #duration}. */
  static String millis(long millis) {
    return duration(Duration.ofMillis(millis));
  }

  /** How many in each second, "12,345/s". */
  static String rate(long number, long nanos) {
    return count(Math.round(number * NANOS_PER_SECOND / Math.max(1, nanos))) + "/s";
  }
}
