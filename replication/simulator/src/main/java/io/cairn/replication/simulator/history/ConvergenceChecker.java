package io.cairn.replication.simulator.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Whether all nodes hold the same once they had time to: what EVENTUAL promises. */
public final class ConvergenceChecker {
  private static final int MAX_LINES = 20;

  /**
   * @param version the offset of the write
   */
  public record Entry(String value, long version) {
    @Override
    public String toString() {
      return value + "@" + version;
    }
  }

  /**
   * @param digests of what each node holds
   * @param differences for each key on which they do not agree, what each node holds that has it
   */
  public record Result(
      SortedMap<Integer, String> digests,
      SortedMap<String, SortedMap<Integer, Entry>> differences) {

    public boolean isOk() {
      return differences.isEmpty();
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder(isOk() ? "all agree: " : "nodes differ: ");
      text.append(digests);
      differences.entrySet().stream()
          .limit(MAX_LINES)
          .forEach(e -> text.append("\n  ").append(e.getKey()).append(": ").append(e.getValue()));
      int more = differences.size() - MAX_LINES;
      return text.append(more > 0 ? "\n  ... " + more + " more keys" : "").toString();
    }
  }

  private ConvergenceChecker() {}

  /**
   * @param states of each node, by its id: key to entry
   */
  public static Result check(Map<Integer, ? extends Map<String, Entry>> states) {
    SortedMap<Integer, String> digests = new TreeMap<>();
    TreeSet<String> keys = new TreeSet<>();
    states.forEach(
        (node, state) -> {
          digests.put(node, digest(state).toString());
          keys.addAll(state.keySet());
        });
    SortedMap<String, SortedMap<Integer, Entry>> differences = new TreeMap<>();
    for (String key : keys) {
      SortedMap<Integer, Entry> holders = new TreeMap<>();
      states.forEach(
          (node, state) -> {
            Entry entry = state.get(key);
            if (entry != null) {
              holders.put(node, entry);
            }
          });
      if (holders.size() < states.size() || holders.values().stream().distinct().count() > 1) {
        differences.put(key, holders);
      }
    }
    return new Result(digests, differences);
  }

  public static Digest digest(Map<String, Entry> state) {
    SortedMap<byte[], Entry> byBytes = new TreeMap<>(Arrays::compareUnsigned);
    state.forEach((key, entry) -> byBytes.put(key.getBytes(UTF_8), entry));
    Digest digest = new Digest();
    byBytes.forEach(
        (key, entry) -> digest.add(key, entry.value().getBytes(UTF_8), entry.version()));
    return digest;
  }
}
