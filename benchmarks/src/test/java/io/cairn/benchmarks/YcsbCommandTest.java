package io.cairn.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.benchmarks.ycsb.Phase;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YcsbCommandTest {

  @Test
  void allIsTheOrderThatYcsbAdvises() throws Exception {
    assertThat(phasesOf("all"))
        .containsExactly(
            Phase.LOAD, Phase.A, Phase.B, Phase.C, Phase.F, Phase.D, Phase.RELOAD, Phase.E);
  }

  @Test
  void nodesOfItsOwnAreLoadedFirst() throws Exception {
    assertThat(phasesOf("c", "a")).containsExactly(Phase.LOAD, Phase.C, Phase.A);
    assertThat(phasesOf("reload", "e")).containsExactly(Phase.RELOAD, Phase.E);
  }

  @Test
  void givenNodesGetWhatWasAskedForOnly() throws Exception {
    assertThat(phasesOf("c", "--endpoints", "127.0.0.1:7400")).containsExactly(Phase.C);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "g", "a --threads", "a --nodes 0", "a --nodes x", "a -p x", "a --fast"})
  void whatItDoesNotUnderstandIsRefused(String line) {
    assertThatThrownBy(() -> phasesOf(line.isEmpty() ? new String[0] : line.split(" ", -1)))
        .isInstanceOf(YcsbCommand.UsageException.class);
  }

  private static List<Phase> phasesOf(String... arguments) throws Exception {
    return new YcsbCommand(List.of(arguments)).phases();
  }
}
