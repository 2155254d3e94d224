package io.cairn.reliability;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What all experiments share.
 *
 * @param cairn the {@code bin/cairn} of a distribution
 * @param directory an empty folder for data, logs and mount points
 * @param random decides when a node is hurt
 */
record Experiment(Path cairn, Path directory, Random random, PrintStream out) {
  static final int KEYS = 3_200;

  /**
   * Small segments and frequent flushes, so that the node is also hurt between two segments and
   * while it trims its log; a JVM that is quick at once.
   */
  static final Map<String, String> ENVIRONMENT =
      Map.of(
          "CAIRN_LOG_SEGMENT_SIZE", "2MiB",
          // A segment must hold what was accepted.
          "CAIRN_LIMITS_MAX_UNAPPLIED", "2MiB",
          "CAIRN_LOG_MAX_RECORD", "256KiB",
          "CAIRN_LIMITS_MAX_VALUE", "128KiB",
          "CAIRN_STORAGE_FLUSH_AFTER", "1MiB",
          "CAIRN_JAVA_OPTS", "-XX:TieredStopAtLevel=1");

  /**
   * How many writes are acknowledged before a node is hurt, at most, and how long that may take.
   */
  static final int MAX_WRITES = 4_000;

  static final int LOAD_LIMIT_MILLIS = 5_000;

  /** What an experiment found. */
  static final class Report {
    private long runs;
    private long acknowledged;
    private long lost;
    private long wronglyAcknowledged;

    void add(long acknowledgedWrites, List<String> complaints) {
      runs++;
      acknowledged += acknowledgedWrites;
      lost += complaints.size();
    }

    /** A check that is not a run of its own. */
    void addCheck(List<String> complaints) {
      lost += complaints.size();
    }

    void addWronglyAcknowledged(long writes) {
      wronglyAcknowledged += writes;
    }

    long runs() {
      return runs;
    }

    long acknowledged() {
      return acknowledged;
    }

    /**
     * Nothing is lost, nothing was acknowledged that should not have been, and there was a load.
     */
    boolean good() {
      return lost == 0 && wronglyAcknowledged == 0 && acknowledged > 0;
    }

    @Override
    public String toString() {
      return runs
          + " runs, "
          + acknowledged
          + " writes acknowledged, "
          + lost
          + " keys or writes wrong afterwards, "
          + wronglyAcknowledged
          + " writes acknowledged after a failed sync";
    }
  }

  /** Lets the writers work up to a random point. */
  void load(Writers writers) {
    writers.awaitAcknowledged(1 + random.nextInt(MAX_WRITES), LOAD_LIMIT_MILLIS);
  }

  Path nodeLog() {
    return directory.resolve("node.log");
  }

  void print(long run, Writers writers, List<String> complaints) {
    out.printf(
        "run %d: %d acknowledged, errors %s, %d wrong%n",
        run, writers.acknowledged(), writers.errors(), complaints.size());
    complaints.stream().limit(20).forEach(complaint -> out.println("  " + complaint));
  }
}
