package io.cairn.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * What a run measured.
 *
 * @param windowNanos how long it measured, which is shorter than planned when it was interrupted; 0
 *     when that was before the end of the warm-up
 * @param tallies one for each share of the mix, in its order
 * @param sendDelays how long after it was due each operation was sent; none in a closed loop
 * @param unsent operations that were due before the end, and not sent, because there was no room;
 *     their waits are not among the latencies
 * @param interrupted whether it was ended early
 */
public record BenchResult(
    long windowNanos, List<Tally> tallies, Latencies sendDelays, long unsent, boolean interrupted) {

  /** Of all operations together. */
  public Latencies latencies() {
    Latencies all = new Latencies();
    tallies.forEach(tally -> all.add(tally.latencies()));
    return all;
  }

  /** Of all operations together, without answers that came after the window's end. */
  public long answersInWindow() {
    return tallies.stream().mapToLong(Tally::answersInWindow).sum();
  }

  /** Whole seconds that were measured. */
  public int seconds() {
    return (int) TimeUnit.NANOSECONDS.toSeconds(windowNanos);
  }

  /** Answers of all operations in each whole second. */
  public List<Long> answersBySecond() {
    List<Long> all = new ArrayList<>();
    for (int second = 0; second < seconds(); second++) {
      long sum = 0;
      for (Tally tally : tallies) {
        sum += tally.answersInSecond(second);
      }
      all.add(sum);
    }
    return all;
  }

  /** By reason, over all shares: operations without an answer, whatever became of them. */
  public Map<String, Long> failures() {
    Map<String, Long> all = new TreeMap<>();
    for (Tally tally : tallies) {
      tally.failures().forEach((reason, count) -> all.merge(reason, count, Long::sum));
      tally.unknownOutcomes().forEach((reason, count) -> all.merge(reason, count, Long::sum));
    }
    return all;
  }
}
