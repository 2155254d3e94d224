package io.cairn.reliability;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the rounds of a cluster found. */
final class ClusterReport {
  private final Failovers failovers = new Failovers();
  private final Map<String, Integer> faults = new TreeMap<>();
  private int rounds;
  private long operations;
  private long checked;
  private long violations;
  private long lost;

  int nextRound() {
    return rounds + 1;
  }

  void addRound(long recorded, long putInOrder) {
    rounds++;
    operations += recorded;
    checked += putInOrder;
  }

  void add(List<String> moreViolations, List<String> moreLost) {
    violations += moreViolations.size();
    lost += moreLost.size();
  }

  void addFault(String name) {
    faults.merge(name, 1, Integer::sum);
  }

  Failovers failovers() {
    return failovers;
  }

  long checked() {
    return checked;
  }

  boolean good() {
    return violations == 0 && lost == 0;
  }

  @Override
  public String toString() {
    return String.format(
        "%d rounds, %d faults %s, %d operations, of which %d STRONG ones were put in an order,"
            + " %d violations, %d lost writes%n%s",
        rounds,
        faults.values().stream().mapToInt(Integer::intValue).sum(),
        faults,
        operations,
        checked,
        violations,
        lost,
        failovers);
  }
}
