package io.cairn.replication.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The simulation must catch each planted bug within the stated number of seeds, and by the check
 * that is there for it, or that check is worth nothing.
 */
class PlantedBugTest {

  static Stream<PlantedBug> bugs() {
    return Stream.of(
            ReplicaBug.values(),
            AnswerBug.values(),
            ReadBug.values(),
            DiskBug.values(),
            PeerBug.values(),
            ClusterBug.values())
        .flatMap(Arrays::stream);
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void isCaughtByItsCheck(PlantedBug bug) {
    Set<String> otherwise = new LinkedHashSet<>();
    for (int seed = 1; seed <= bug.seeds(); seed++) {
      try {
        new Simulation(seed, bug.parts(), Transcript.none()).run();
      } catch (AssertionError found) {
        String message = String.valueOf(found.getMessage());
        if (message.startsWith(bug.expected())) {
          System.out.printf("%s: seed %d: %s%n", bug, seed, message);
          return;
        }
        otherwise.add(message);
      }
    }
    assertThat(otherwise)
        .as("%s within %d seeds", bug, bug.seeds())
        .anyMatch(message -> message.startsWith(bug.expected()));
  }
}
