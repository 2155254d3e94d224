package io.cairn.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads durations as people write them: {@code 500ms}, {@code 5s}, {@code 2m}, {@code 1h}. */
final class DurationConverter implements ITypeConverter<Duration> {

  private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
  private static final Duration LONGEST = Duration.ofDays(1);

  /** The same, and {@code 0} or {@code 0s} for none. */
  static final class OrZero implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return text.equals("0") || text.equals("0s")
          ? Duration.ZERO
          : new DurationConverter().convert(text);
    }
  }

  @Override
  public Duration convert(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is not a duration such as 500ms, 5s, 2m or 1h");
    }
    long number = Long.parseLong(matcher.group(1));
    Duration duration =
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(number);
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          default -> Duration.ofHours(number);
        };
    if (duration.isZero() || duration.compareTo(LONGEST) > 0) {
      throw new TypeConversionException("'" + text + "' is not between 1ms and 24h");
    }
    return duration;
  }
}
