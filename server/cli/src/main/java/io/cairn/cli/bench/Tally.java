package io.cairn.cli.bench;

import java.util.Map;
import java.util.TreeMap;

/** What became of the operations of one share of the mix. Not thread-safe. */
public final class Tally {

  private final Mix.Share share;
  private final Latencies latencies = new Latencies();
  private final long[] answersBySecond;
  private final Map<String, Long> failures = new TreeMap<>();
  private final Map<String, Long> unknownOutcomes = new TreeMap<>();
  private long answersInWindow;
  private long missing;

  /**
   * @param seconds of the window, the last of which may be a part of one
   */
  Tally(Mix.Share share, int seconds) {
    this.share = share;
    this.answersBySecond = new long[seconds];
  }

  /**
   * @param second of the window in which the answer came; beyond the last when it came afterwards
   */
  void onAnswer(long latencyNanos, long second, boolean found) {
    latencies.record(latencyNanos);
    if (!found) {
      missing++;
    }
    if (second < answersBySecond.length) {
      answersBySecond[(int) second]++;
      answersInWindow++;
    }
  }

  void onFailure(String reason, boolean outcomeUnknown) {
    (outcomeUnknown ? unknownOutcomes : failures).merge(reason, 1L, Long::sum);
  }

  public Mix.Share share() {
    return share;
  }

  /** Of the operations that were answered; of the others there is no latency. */
  public Latencies latencies() {
    return latencies;
  }

  /** Answers in each second of the window. */
  public long answersInSecond(int second) {
    return answersBySecond[second];
  }

  /** Without those that came after its end. */
  public long answersInWindow() {
    return answersInWindow;
  }

  /** Gets that found no key; answers all the same. */
  public long missing() {
    return missing;
  }

  /** By reason: operations that were not carried out, and reads that got no answer. */
  public Map<String, Long> failures() {
    return failures;
  }

  /** By reason: writes of which nobody can tell whether they were applied. */
  public Map<String, Long> unknownOutcomes() {
    return unknownOutcomes;
  }

  long failed() {
    return sum(failures) + sum(unknownOutcomes);
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
