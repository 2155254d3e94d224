package io.cairn.cli.bench;

import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sizes in bytes, each as likely as the other.
 *
 * @param max inclusive
 */
public record SizeRange(int min, int max) {

  private static final Pattern FORM =
      Pattern.compile("(\\d{1,9})(B|KiB|MiB)?(?:-(\\d{1,9})(B|KiB|MiB)?)?");

  /**
   * Reads {@code 128}, {@code 64-1024} or {@code 1KiB-4KiB}.
   *
   * @throws IllegalArgumentException whose message is what is wrong with it
   */
  public static SizeRange parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a size such as 128, 4KiB or 64-1024");
    }
    long min = bytes(matcher.group(1), matcher.group(2));
    long max = matcher.group(3) == null ? min : bytes(matcher.group(3), matcher.group(4));
    if (max > Integer.MAX_VALUE || min > max) {
      throw new IllegalArgumentException(
          "'" + text + "' " + (min > max ? "begins above its end" : "is too large"));
    }
    return new SizeRange((int) min, (int) max);
  }

  private static long bytes(String digits, @Nullable String unit) {
    int shift = unit == null || unit.equals("B") ? 0 : unit.equals("KiB") ? 10 : 20;
    return Long.parseLong(digits) << shift;
  }

  int next(SplittableRandom random) {
    return min == max ? min : random.nextInt(min, max + 1);
  }

  @Override
  public String toString() {
    return min == max ? Integer.toString(min) : min + "-" + max;
  }
}
