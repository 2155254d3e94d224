package io.cairn.replication.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The product under faults. {@code -Dcairn.seeds=N} runs more seeds than the fixed batch, {@code
 * -Dcairn.seed=S} a single one with its transcript.
 */
class SimulationTest {
  private static final int SEEDS = Integer.getInteger("cairn.seeds", 10_000);

  @Test
  void nothingIsLostOrDoneTwiceInTheFixedBatch() {
    long events = 0;
    long operations = 0;
    long confirmed = 0;
    long reads = 0;
    long crashes = 0;
    long stops = 0;
    long overloads = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      Simulation.Summary summary = run(seed);
      events += summary.events();
      operations += summary.operations();
      confirmed += summary.confirmedWrites();
      reads += summary.reads();
      crashes += summary.crashes();
      stops += summary.stops();
      overloads += summary.overloads();
    }
    System.out.printf(
        "%d seeds: %d events, %d operations, %d confirmed writes, %d reads, %d crashes, %d stops,"
            + " %d refused for want of room%n",
        SEEDS, events, operations, confirmed, reads, crashes, stops, overloads);
    assertThat(confirmed).isGreaterThan(SEEDS * 50L);
    assertThat(reads).isGreaterThan(SEEDS * 5L);
    assertThat(crashes).isGreaterThan(SEEDS);
    assertThat(stops).isGreaterThan(SEEDS / 10L);
    assertThat(overloads).isGreaterThan(SEEDS);
  }

  @Test
  void nothingIsLostOrDoneTwiceInTheSeedOfThisCommit() throws IOException {
    long seed = CommitSeed.get();
    for (long i = 0; i < 100; i++) {
      run(seed + i);
    }
  }

  @Test
  void theSameSeedPrintsTheSameTranscript() {
    LongFunction<String> transcript =
        seed -> {
          Transcript whole = Transcript.whole();
          new Simulation(seed, new Parts(), whole).run();
          return whole.text();
        };
    for (long seed = 1; seed <= 20; seed++) {
      assertThat(transcript.apply(seed)).isEqualTo(transcript.apply(seed));
    }
    assertThat(transcript.apply(1)).isNotEqualTo(transcript.apply(2));
  }

  @Test
  @EnabledIfSystemProperty(named = "cairn.seed", matches = "-?[0-9]+")
  void oneSeed() {
    Transcript whole = Transcript.whole();
    try {
      new Simulation(Long.getLong("cairn.seed", 0), new Parts(), whole).run();
    } finally {
      System.out.println(whole.text());
    }
  }

  private static Simulation.Summary run(long seed) {
    try {
      return new Simulation(seed, new Parts(), Transcript.none()).run();
    } catch (RuntimeException | AssertionError failure) {
      throw new AssertionError(
          failure.getMessage()
              + "\nrepeat it with: ./mvnw -q -pl replication/simulator -am test"
              + " -Dtest=SimulationTest#oneSeed -Dsurefire.failIfNoSpecifiedTests=false"
              + " -Dcairn.seed="
              + seed,
          failure);
    }
  }
}
