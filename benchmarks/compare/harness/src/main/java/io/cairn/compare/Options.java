package io.cairn.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the command line asks for.
 *
 * @param settleMillis of load before each window
 * @param warmUpMillis of load for each client before its first window
 * @param keyCount of each data set
 */
record Options(
    Set<String> stores,
    Set<Integer> nodes,
    int rounds,
    long windowMillis,
    long settleMillis,
    long warmUpMillis,
    int keyCount,
    List<Work> works,
    Path directory,
    Path output) {

  static final List<String> STORES =
      List.of("cairn", "cairn-lease", "etcd", "redis", "rheakv", "echo");

  private static final int SMALL_BYTES = 128;
  private static final int LARGE_BYTES = 1024;

  /** What has no value yet. */
  private static final class Draft {
    private Set<String> stores = new LinkedHashSet<>(STORES);
    private Set<Integer> nodes = new TreeSet<>(Set.of(1, 3));
    private int rounds = 3;
    private double windowSeconds = 2.5;
    private double warmUpSeconds = 60;
    private int keyCount = 50_000;
    private List<Integer> small = List.of(1, 16, 64, 256);
    private List<Integer> large = List.of(64);
  }

  /**
   * Reads them.
   *
   * @param home where the data and the report go unless told otherwise
   * @throws IllegalArgumentException with a sentence for the user
   */
  static Options parse(List<String> arguments, Path home) {
    Draft draft = new Draft();
    Path directory = home.resolve("target/data");
    Path output = home.resolve("target/report");
    if (arguments.contains("--quick")) {
      draft.rounds = 1;
      draft.windowSeconds = 1;
      draft.warmUpSeconds = 4;
      draft.keyCount = 10_000;
      draft.small = List.of(1, 64);
      draft.large = List.of();
    }
    for (int i = 0; i < arguments.size(); i++) {
      String name = arguments.get(i);
      if (name.equals("--quick")) {
        continue;
      }
      if (i + 1 == arguments.size()) {
        throw new IllegalArgumentException(
            name.startsWith("--") ? name + " needs a value" : "what is \"" + name + "\"?");
      }
      String value = arguments.get(++i);
      switch (name) {
        case "--stores" -> draft.stores = stores(value);
        case "--nodes" -> draft.nodes = new TreeSet<>(numbers(name, value));
        case "--rounds" -> draft.rounds = numbers(name, value).get(0);
        case "--seconds" -> draft.windowSeconds = seconds(name, value);
        case "--warm-up" -> draft.warmUpSeconds = seconds(name, value);
        case "--keys" -> draft.keyCount = numbers(name, value).get(0);
        case "--in-flight" -> draft.small = numbersOrNone(name, value);
        case "--in-flight-1k" -> draft.large = numbersOrNone(name, value);
        case "--dir" -> directory = Path.of(value).toAbsolutePath();
        case "--output" -> output = Path.of(value).toAbsolutePath();
        default -> throw new IllegalArgumentException("there is no option " + name);
      }
    }
    if (!Set.of(1, 3).containsAll(draft.nodes)) {
      throw new IllegalArgumentException("--nodes is 1, 3 or 1,3");
    }
    return finished(draft, directory, output);
  }

  private static Options finished(Draft draft, Path directory, Path output) {
    List<Work> works = new ArrayList<>();
    draft.small.forEach(inFlight -> works.add(new Work(inFlight, SMALL_BYTES)));
    draft.large.forEach(inFlight -> works.add(new Work(inFlight, LARGE_BYTES)));
    long windowMillis = Math.round(draft.windowSeconds * 1_000);
    return new Options(
        draft.stores,
        draft.nodes,
        draft.rounds,
        windowMillis,
        Math.min(700, windowMillis / 2),
        Math.round(draft.warmUpSeconds * 1_000),
        draft.keyCount,
        works,
        directory,
        output);
  }

  private static Set<String> stores(String value) {
    Set<String> named = new LinkedHashSet<>(Arrays.asList(value.split(",", -1)));
    if (!STORES.containsAll(named)) {
      throw new IllegalArgumentException("--stores takes some of " + String.join(",", STORES));
    }
    return named;
  }

  private static List<Integer> numbersOrNone(String name, String value) {
    return value.equals("none") ? List.of() : numbers(name, value);
  }

  private static List<Integer> numbers(String name, String value) {
    List<Integer> numbers = new ArrayList<>();
    for (String text : value.split(",", -1)) {
      try {
        numbers.add(Integer.valueOf(text));
      } catch (NumberFormatException wrong) {
        throw new IllegalArgumentException(name + " takes numbers, not \"" + text + "\"", wrong);
      }
      if (numbers.get(numbers.size() - 1) < 1) {
        throw new IllegalArgumentException(name + " takes numbers from 1 on");
      }
    }
    return numbers;
  }

  private static double seconds(String name, String value) {
    try {
      double seconds = Double.parseDouble(value);
      if (seconds > 0 && seconds < 3_600) {
        return seconds;
      }
    } catch (NumberFormatException wrong) {
      throw new IllegalArgumentException(name + " takes seconds, not \"" + value + "\"", wrong);
    }
    throw new IllegalArgumentException(name + " takes seconds, more than 0, below 3600");
  }

  Set<Integer> valueSizes() {
    Set<Integer> sizes = new TreeSet<>();
    works.forEach(work -> sizes.add(work.valueBytes()));
    return sizes;
  }
}
