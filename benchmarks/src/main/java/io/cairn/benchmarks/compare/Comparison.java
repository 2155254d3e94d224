package io.cairn.benchmarks.compare;

import java.util.ArrayList;
import java.util.List;

/**
 * One benchmark before and after, from rounds in which both were measured one after the other: what
 * else the machine did then changes both, so it is the ratio of a round that means something.
 *
 * @param base scores in the order of the rounds
 * @param head of the same length
 */
record Comparison(List<Score> base, List<Score> head) {

  /** Fewer tell nothing of how much the ratio varies by itself. */
  static final int ROUNDS_TO_JUDGE = 3;

  /** A ratio that is closer to 1 is not worth a word, however steady it is. */
  static final double LEAST_CHANGE = 0.02;

  /** The same for bytes allocated by an operation. */
  static final double LEAST_BYTES = 1;

  Comparison {
    base = List.copyOf(base);
    head = List.copyOf(head);
    if (base.isEmpty() || base.size() != head.size()) {
      throw new IllegalArgumentException(
          "rounds come in pairs, not " + base.size() + " and " + head.size());
    }
  }

  private static List<Double> values(List<Score> scores) {
    return scores.stream().map(Score::value).toList();
  }

  private static List<Double> bytes(List<Score> scores) {
    return scores.stream().map(Score::bytes).toList();
  }

  double baseMedian() {
    return Statistics.median(values(base));
  }

  double headMedian() {
    return Statistics.median(values(head));
  }

  double baseBytes() {
    return Statistics.median(bytes(base));
  }

  double headBytes() {
    return Statistics.median(bytes(head));
  }

  /** Of head to base, round by round. */
  List<Double> ratios() {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < base.size(); i++) {
      ratios.add(head.get(i).value() / base.get(i).value());
    }
    return ratios;
  }

  double ratio() {
    return Statistics.median(ratios());
  }

  /** What moved by more than it varies from round to round; empty when nothing did. */
  List<String> verdicts() {
    List<String> verdicts = new ArrayList<>();
    if (base.size() < ROUNDS_TO_JUDGE) {
      return verdicts;
    }
    double change = ratio() - 1;
    if (Math.abs(change) > Math.max(LEAST_CHANGE, Statistics.range(ratios()))) {
      boolean faster = (change > 0) == head.get(0).isThroughput();
      verdicts.add(faster ? "faster" : "slower");
    }
    double more = headBytes() - baseBytes();
    double spread = Statistics.range(bytes(base)) + Statistics.range(bytes(head));
    if (Math.abs(more) > Math.max(LEAST_BYTES, spread)) { // never for NaN
      verdicts.add(more > 0 ? "more bytes" : "fewer bytes");
    }
    return verdicts;
  }
}
