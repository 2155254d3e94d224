package io.cairn.cli.bench;

import io.cairn.client.ConsistencyLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which share of the operations is of which kind, at which level.
 *
 * @param shares at least one; their percents add up to 100
 */
public record Mix(List<Share> shares) {

  private static final Pattern SHARE =
      Pattern.compile("([a-z]+)(?:@([a-z]+))?=(\\d{1,3})", Pattern.CASE_INSENSITIVE);

  /**
   * Operations that are counted together.
   *
   * @param percent from 1 to 100
   */
  public record Share(OperationKind kind, ConsistencyLevel level, int percent) {

    /** "get strong". */
    public String name() {
      return kind.word() + " " + levelWord();
    }

    /** As one types it. */
    public String levelWord() {
      return level.name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Reads {@code get=95,put=5} or {@code get@eventual=50,get@strong=50}.
   *
   * @param defaultLevel of shares that name none
   * @throws IllegalArgumentException whose message is a sentence for whoever wrote the mix
   */
  public static Mix parse(String text, ConsistencyLevel defaultLevel) {
    List<Share> shares = new ArrayList<>();
    int sum = 0;
    for (String part : text.split(",", -1)) {
      Share share = share(text, part.trim(), defaultLevel);
      for (Share other : shares) {
        if (other.kind() == share.kind() && other.level() == share.level()) {
          throw wrong(text, "has " + share.name() + " twice");
        }
      }
      shares.add(share);
      sum += share.percent();
    }
    if (sum != 100) {
      throw wrong(text, "adds up to " + sum + ", not to 100");
    }
    return new Mix(List.copyOf(shares));
  }

  private static Share share(String text, String part, ConsistencyLevel defaultLevel) {
    Matcher matcher = SHARE.matcher(part);
    if (!matcher.matches()) {
      throw wrong(text, "has '" + part + "', which is no share such as get=95 or get@eventual=95");
    }
    String word = matcher.group(1).toLowerCase(Locale.ROOT);
    OperationKind kind = OperationKind.ofWordOrNull(word);
    if (kind == null) {
      throw wrong(text, "has '" + word + "'; there are get, put, delete and scan");
    }
    int percent = Integer.parseInt(matcher.group(3));
    if (percent < 1 || percent > 100) {
      throw wrong(text, "has a share of " + percent + "; a share is between 1 and 100");
    }
    return new Share(kind, level(text, matcher.group(2), defaultLevel), percent);
  }

  private static ConsistencyLevel level(
      String text, @Nullable String word, ConsistencyLevel defaultLevel) {
    if (word == null) {
      return defaultLevel;
    }
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "strong" -> ConsistencyLevel.STRONG;
      case "eventual" -> ConsistencyLevel.EVENTUAL;
      default -> throw wrong(text, "has the level '" + word + "'; there are strong and eventual");
    };
  }

  private static IllegalArgumentException wrong(String text, String what) {
    return new IllegalArgumentException("The mix '" + text + "' " + what + ".");
  }

  /** Whether any operation is of this kind. */
  public boolean has(OperationKind kind) {
    return shares.stream().anyMatch(share -> share.kind() == kind);
  }

  /** The index of the share that the next operation belongs to. */
  int next(SplittableRandom random) {
    int draw = random.nextInt(100);
    int index = 0;
    while (draw >= shares.get(index).percent()) {
      draw -= shares.get(index).percent();
      index++;
    }
    return index;
  }
}
