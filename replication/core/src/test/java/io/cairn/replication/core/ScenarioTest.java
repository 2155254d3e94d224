package io.cairn.replication.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The transcripts in src/test/resources/scenarios: what a replica is told ({@code > ...}, see
 * {@link Scenario}) and, indented under it, what it answers. One file for each rule of
 * docs/protocol.md.
 *
 * <p>{@code -Dcairn.rewrite=true} writes the answers anew; read the difference before you commit
 * it.
 */
class ScenarioTest {
  private static final Path FOLDER = Path.of("src/test/resources/scenarios");

  static List<String> scenarios() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void answersAsWritten(String file) throws IOException {
    List<String> expected = Files.readAllLines(FOLDER.resolve(file));
    List<String> actual = new ArrayList<>();
    Scenario scenario = new Scenario();
    for (String line : expected) {
      if (line.startsWith("> ")) {
        actual.add(line);
        scenario.run(line.substring(2)).forEach(answer -> actual.add("    " + answer));
      } else if (!line.startsWith("    ")) {
        actual.add(line);
      }
    }
    if (Boolean.getBoolean("cairn.rewrite")) {
      Files.write(FOLDER.resolve(file), actual);
    } else {
      assertThat(actual).isEqualTo(expected);
    }
  }
}
