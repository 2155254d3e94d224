package io.cairn.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OptionsTest {
  private static Options parse(String... arguments) {
    return Options.parse(List.of(arguments), Path.of("/home"));
  }

  @Test
  void defaultsAreAllThatIsAskedFor() {
    Options options = parse();

    assertThat(options.rounds()).isEqualTo(3);
    assertThat(options.warmUpMillis()).isEqualTo(60_000);
    assertThat(options.works())
        .containsExactly(
            new Work(1, 128),
            new Work(16, 128),
            new Work(64, 128),
            new Work(256, 128),
            new Work(64, 1024));
    assertThat(options.nodes()).containsExactly(1, 3);
    assertThat(options.stores()).containsExactlyElementsOf(Options.STORES);
  }

  @Test
  void quickIsADefaultThatOthersOverride() {
    Options options = parse("--rounds", "2", "--quick", "--seconds", "1.5");

    assertThat(options.rounds()).isEqualTo(2);
    assertThat(options.windowMillis()).isEqualTo(1_500);
    assertThat(options.works()).containsExactly(new Work(1, 128), new Work(64, 128));
  }

  @Test
  void mistakesAreToldInASentence() {
    wrong("--rounds needs a value", "--rounds");
    wrong("there is no option --round", "--round", "3");
    wrong("--rounds takes numbers, not \"three\"", "--rounds", "three");
    wrong("--rounds takes numbers from 1 on", "--rounds", "0");
    wrong("--nodes is 1, 3 or 1,3", "--nodes", "5");
    wrong(
        "--stores takes some of cairn,cairn-lease,etcd,redis,rheakv,echo", "--stores", "zookeeper");
    wrong("--seconds takes seconds, more than 0, below 3600", "--seconds", "-1");
    wrong("what is \"fail-over\"?", "fail-over");
  }

  private static void wrong(String message, String... arguments) {
    assertThatIllegalArgumentException().isThrownBy(() -> parse(arguments)).withMessage(message);
  }

  @Test
  void planHasOnlyTheStoresThatTakePart() {
    List<Section> plan = Plan.of(Set.of(3), Set.of("etcd"));

    assertThat(plan).extracting(Section::id).doesNotContain("one-put", "three-eventual-put");
    assertThat(plan).allSatisfy(one -> assertThat(one.contenders()).hasSize(1));
    assertThat(plan).allSatisfy(one -> assertThat(one.subjects()).isEmpty());
  }

  @Test
  void memoryIsNoDisk() {
    Path memory = Path.of("/dev/shm");
    assumeTrue(Files.isDirectory(memory));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Directories.onDisk(memory))
        .withMessageContaining("tmpfs");
  }
}
