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
  private static final int SEEDS = Integer.getInteger("cairn.seeds", 2_000);

  @Test
  void nothingIsLostOrDoneTwiceInTheFixedBatch() {
    Totals totals = new Totals();
    for (long seed = 1; seed <= SEEDS; seed++) {
      totals.add(run(seed));
    }
    System.out.println(SEEDS + " seeds: " + totals);
    totals.requireThatMuchHappened(SEEDS);
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
    for (long seed = 1; seed <= 10; seed++) {
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

  private static Summary run(long seed) {
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
