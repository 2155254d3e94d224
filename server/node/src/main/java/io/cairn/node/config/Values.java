package io.cairn.node.config;

import io.cairn.node.config.Setting.Kind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How sizes and durations are written. */
final class Values {
  private static final Pattern WITH_UNIT = Pattern.compile("(\\d{1,18})\\s*([A-Za-z]*)");
  private static final Map<String, Long> SIZES = new LinkedHashMap<>();
  private static final Map<String, Long> DURATIONS = new LinkedHashMap<>();

  static {
    SIZES.put("GiB", 1L << 30);
    SIZES.put("MiB", 1L << 20);
    SIZES.put("KiB", 1L << 10);
    SIZES.put("B", 1L);
    DURATIONS.put("h", 3_600_000L);
    DURATIONS.put("m", 60_000L);
    DURATIONS.put("s", 1_000L);
    DURATIONS.put("ms", 1L);
  }

  private Values() {}

  /**
   * Reads a number, size in bytes or duration in milliseconds.
   *
   * @throws IllegalArgumentException whose message says what form is expected
   */
  static long parse(Kind kind, String text) {
    Matcher matcher = WITH_UNIT.matcher(text.trim());
    Map<String, Long> units =
        switch (kind) {
          case SIZE -> SIZES;
          case DURATION -> DURATIONS;
          default -> Map.of("", 1L);
        };
    Long unit = matcher.matches() ? units.get(matcher.group(2)) : null;
    if (unit == null) {
      throw new IllegalArgumentException(
          switch (kind) {
            case SIZE -> "is not a size like 64MiB (units: B, KiB, MiB, GiB)";
            case DURATION -> "is not a duration like 500ms or 10s (units: ms, s, m, h)";
            default -> "is not a whole number";
          });
    }
    try {
      return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
    } catch (ArithmeticException tooLarge) {
      throw new IllegalArgumentException("is too large", tooLarge);
    }
  }

  /** Writes a value in the largest unit that keeps it whole. */
  static String format(Kind kind, long value) {
    Map<String, Long> units =
        switch (kind) {
          case SIZE -> SIZES;
          case DURATION -> DURATIONS;
          default -> Map.of("", 1L);
        };
    String text = Long.toString(value);
    for (Map.Entry<String, Long> unit : units.entrySet()) {
      if (value % unit.getValue() == 0 && (value > 0 || unit.getValue() == 1)) {
        text = value / unit.getValue() + unit.getKey();
        break;
      }
    }
    return text;
  }
}
