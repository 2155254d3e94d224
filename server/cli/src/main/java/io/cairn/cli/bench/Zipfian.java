package io.cairn.cli.bench;

/**
 * Ranks of which few are drawn very often: rank r with a probability in proportion to 1 / (r + 1)
 * to the power of 0.99. The formula is that of Gray et al., "Quickly Generating Billion-Record
 * Synthetic Databases", SIGMOD 1994, with the constant that YCSB uses. Immutable.
 */
final class Zipfian {

  static final double THETA = 0.99;

  /** So many terms of the sum are added up one by one. */
  private static final int EXACT_TERMS = 10_000;

  private final long count;
  private final double zetaOfCount;
  private final double zetaOfTwo;
  private final double alpha;
  private final double eta;

  /**
   * @param count of the ranks, at least 1
   */
  Zipfian(long count) {
    this.count = count;
    this.zetaOfCount = zeta(count);
    this.zetaOfTwo = zeta(2);
    this.alpha = 1 / (1 - THETA);
    this.eta =
        count <= 2 // never used then
            ? 0
            : (1 - Math.pow(2 / (double) count, 1 - THETA)) / (1 - zetaOfTwo / zetaOfCount);
  }

  /**
   * A rank, 0 being the most frequent.
   *
   * @param draw evenly distributed from 0 to below 1
   */
  long rank(double draw) {
    double uz = draw * zetaOfCount;
    if (uz < 1 || count == 1) {
      return 0;
    }
    if (uz < zetaOfTwo || count == 2) {
      return 1;
    }
    return Math.min(count - 1, (long) ((double) count * Math.pow(eta * draw - eta + 1, alpha)));
  }

  /**
   * The sum of 1 / i^theta for i from 1 to n. What is beyond the first terms is their integral with
   * the first corrections of Euler and Maclaurin, exact to many digits, because adding up a billion
   * terms takes half a minute.
   */
  static double zeta(long n) {
    double sum = 0;
    long exact = Math.min(n, EXACT_TERMS);
    for (double i = 1; i <= exact; i++) {
      sum += Math.pow(i, -THETA);
    }
    if (n > exact) {
      double from = (double) exact;
      double to = (double) n;
      sum += (Math.pow(to, 1 - THETA) - Math.pow(from, 1 - THETA)) / (1 - THETA);
      sum += (Math.pow(to, -THETA) - Math.pow(from, -THETA)) / 2;
      sum += THETA / 12 * (Math.pow(from, -THETA - 1) - Math.pow(to, -THETA - 1));
    }
    return sum;
  }
}
