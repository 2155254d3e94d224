package io.cairn.replication.simulator.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Whether the STRONG operations of a history are linearizable: each takes effect at one moment
 * between its invocation and its return, and what reads and conditional writes told is what these
 * moments imply. EVENTUAL writes may take effect at any time after their invocation, or never, as
 * writes of unknown outcome may; EVENTUAL reads are left to the {@link SessionChecker}. All keys
 * are absent in the beginning.
 *
 * <p>Clients should write each value once: then a violation is found fast. Where many clients write
 * few values at the same time, one may stay undecided.
 *
 * <p>Each key is checked by itself. For operations of one key this is the same as checking all
 * together; a CLEAR becomes a delete in the history of each key that it covers, so that it is not
 * noticed when it took effect on one key earlier than on another.
 */
public final class LinearizabilityChecker {
  private static final long DEFAULT_MAX_CONFIGURATIONS = 1_000_000;

  private final long maxConfigurations;

  public LinearizabilityChecker() {
    this(DEFAULT_MAX_CONFIGURATIONS);
  }

  /**
   * @param maxConfigurations that are visited for a key before it is given up, some 200 bytes each
   */
  public LinearizabilityChecker(long maxConfigurations) {
    this.maxConfigurations = maxConfigurations;
  }

  /** What is known after a check. */
  public enum Verdict {
    LINEARIZABLE,
    VIOLATION,
    /** Neither shown nor refuted within the limit. */
    UNDECIDED
  }

  /**
   * @param explanation for a person
   * @param operations that had to be placed in an order
   * @param configurations that were visited on the way
   */
  public record Result(Verdict verdict, String explanation, long operations, long configurations) {

    public boolean isOk() {
      return verdict == Verdict.LINEARIZABLE;
    }

    @Override
    public String toString() {
      return explanation;
    }
  }

  /** A violation of any key goes before a key that was not decided. */
  public Result check(Collection<OperationRecord> history) {
    List<String> undecided = new ArrayList<>();
    long operations = 0;
    long configurations = 0;
    SortedMap<String, List<OperationRecord>> byKey = Partition.byKey(history);
    for (Map.Entry<String, List<OperationRecord>> entry : byKey.entrySet()) {
      String key = entry.getKey();
      List<OperationRecord> ofKey = entry.getValue();
      KeyHistory keyHistory = new KeyHistory(ofKey);
      Search search = new Search(keyHistory, maxConfigurations, false);
      Search.Outcome outcome = search.run();
      operations += keyHistory.required;
      configurations += search.visitedConfigurations();
      if (outcome == Search.Outcome.IMPOSSIBLE) {
        String explanation = new Explanation(key, ofKey, maxConfigurations).text();
        return new Result(Verdict.VIOLATION, explanation, operations, configurations);
      } else if (outcome == Search.Outcome.UNDECIDED) {
        undecided.add(key);
      }
    }
    if (!undecided.isEmpty()) {
      String explanation =
          "undecided after " + maxConfigurations + " configurations a key: keys " + undecided;
      return new Result(Verdict.UNDECIDED, explanation, operations, configurations);
    }
    String explanation = "linearizable: " + operations + " operations, " + byKey.size() + " keys";
    return new Result(Verdict.LINEARIZABLE, explanation, operations, configurations);
  }
}
