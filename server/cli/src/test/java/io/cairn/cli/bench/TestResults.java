package io.cairn.cli.bench;

import io.cairn.client.ConsistencyLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Results without a run. */
public final class TestResults {

  private TestResults() {}

  /** Of a get and a put share: thousands of answers, failures, unknown outcomes, missing keys. */
  public static BenchResult ofTwoShares() {
    Mix mix = Mix.parse("get=90,put@eventual=10", ConsistencyLevel.STRONG);
    Tally gets = new Tally(mix.shares().get(0), 4);
    Tally puts = new Tally(mix.shares().get(1), 4);
    for (long i = 1; i <= 9_000; i++) {
      gets.onAnswer(TimeUnit.MICROSECONDS.toNanos(i), i % 3, i % 9 != 0);
    }
    for (long i = 1; i <= 1_000; i++) {
      puts.onAnswer(TimeUnit.MICROSECONDS.toNanos(10 * i), i % 3, true);
    }
    gets.onFailure("OVERLOADED", false);
    puts.onFailure("DISK_FULL", false);
    puts.onFailure("UNREACHABLE", true);
    puts.onFailure("UNREACHABLE", true);
    Latencies delays = new Latencies();
    delays.record(TimeUnit.MICROSECONDS.toNanos(50));
    return new BenchResult(
        TimeUnit.MILLISECONDS.toNanos(3_500), List.of(gets, puts), delays, 17, false);
  }

  /** Of one second without any answer. */
  public static BenchResult ofNothing() {
    Mix mix = Mix.parse("get=100", ConsistencyLevel.STRONG);
    return new BenchResult(
        TimeUnit.SECONDS.toNanos(1),
        List.of(new Tally(mix.shares().get(0), 1)),
        new Latencies(),
        0,
        false);
  }

  /** A day of one share of each kind and level. */
  static BenchResult ofADay() {
    int seconds = (int) TimeUnit.DAYS.toSeconds(1);
    List<Tally> tallies = new ArrayList<>();
    for (OperationKind kind : OperationKind.values()) {
      for (ConsistencyLevel level : ConsistencyLevel.values()) {
        Tally tally = new Tally(new Mix.Share(kind, level, 1), seconds);
        for (int second = 0; second < seconds; second++) {
          tally.onAnswer(1_000L * (second + 1), second, true);
        }
        tallies.add(tally);
      }
    }
    return new BenchResult(TimeUnit.DAYS.toNanos(1), tallies, new Latencies(), 0, false);
  }
}
