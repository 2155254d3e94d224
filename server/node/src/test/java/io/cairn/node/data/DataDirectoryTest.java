package io.cairn.node.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.node.config.NodeConfig;
import io.cairn.node.config.NodeConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir Path temporary;

  private DataDirectory open(String... settings) {
    Map<String, String> flags = new HashMap<>(Map.of("data-dir", temporary + "/data"));
    for (int i = 0; i < settings.length; i += 2) {
      flags.put(settings[i], settings[i + 1]);
    }
    NodeConfig config = NodeConfigLoader.load(flags, Map.of(), null).config();
    return DataDirectory.open(config);
  }

  private Path identityFile() {
    return temporary.resolve("data/node.properties");
  }

  @Test
  void identityIsKept() {
    NodeIdentity created;
    try (DataDirectory directory = open("shards", "4", "node-id", "7")) {
      created = directory.identity();
      assertThat(created.shards()).isEqualTo(4);
      assertThat(created.nodeId()).isEqualTo(7);
      assertThat(created.clusterId()).matches("[0-9a-f]{32}");
      assertThat(directory.log(3)).isDirectory();
      assertThat(directory.store(3)).isDirectory();
    }
    try (DataDirectory directory = open()) {
      assertThat(directory.identity()).isEqualTo(created);
    }
  }

  @Test
  void whatWasFixedAtItsCreationCannotBeChanged() {
    open("shards", "4", "node-id", "7").close();
    assertThatThrownBy(() -> open("shards", "2"))
        .isInstanceOf(NodeStartException.class)
        .hasMessageContaining("created with 4 shards")
        .hasMessageContaining("--shards 2");
    assertThatThrownBy(() -> open("node-id", "8"))
        .isInstanceOf(NodeStartException.class)
        .hasMessageContaining("belongs to node 7")
        .hasMessageContaining("node-id 8");
    open("shards", "4", "node-id", "7").close();
  }

  @Test
  void otherPeoplesDirectoryIsRefused() throws IOException {
    Files.createDirectories(temporary.resolve("data"));
    Files.writeString(temporary.resolve("data/letter.txt"), "dear");
    assertThatThrownBy(this::open)
        .isInstanceOf(NodeStartException.class)
        .hasMessageContaining("not empty")
        .hasMessageContaining("letter.txt");
    assertThat(temporary.resolve("data/letter.txt")).hasContent("dear");
  }

  @Test
  void newerFormatIsRefused() throws IOException {
    open().close();
    String text = Files.readString(identityFile());
    Files.writeString(identityFile(), text.replace("format-version=1", "format-version=2"));
    assertThatThrownBy(this::open)
        .isInstanceOf(NodeStartException.class)
        .hasMessageContaining("format version 2")
        .hasMessageContaining("reads 1");
  }

  @Test
  void damagedIdentityIsRefused() throws IOException {
    open().close();
    Files.writeString(identityFile(), "format-version=1\nshards=many\n");
    assertThatThrownBy(this::open)
        .isInstanceOf(NodeStartException.class)
        .hasMessageContaining("damaged")
        .hasMessageContaining("cluster-id");
  }

  @Test
  void onlyOneHolderAtATime() {
    try (DataDirectory held = open()) {
      assertThatThrownBy(this::open)
          .isInstanceOf(NodeStartException.class)
          .hasMessageContaining(held.path().toString())
          .hasMessageContaining("process " + ProcessHandle.current().pid());
    }
    open().close();
  }

  /** The system takes the lock away when the process closes any descriptor of the file. */
  @Test
  void aSecondOpenHereDoesNotReleaseTheLock() throws Exception {
    try (DataDirectory held = open()) {
      Path other = temporary.resolve("other-name");
      Files.createSymbolicLink(other, held.path());
      assertThatThrownBy(() -> open("data-dir", other.toString()))
          .isInstanceOf(NodeStartException.class)
          .hasMessageContaining("in use");
      assertThat(exitCodeOfAnotherProcess()).isEqualTo(Opener.REFUSED);
    }
    assertThat(exitCodeOfAnotherProcess()).isZero();
  }

  private int exitCodeOfAnotherProcess() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Opener.class.getName(),
                temporary.resolve("data").toString())
            .inheritIO()
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  /** Opens a data directory in a process of its own. */
  static final class Opener {
    static final int REFUSED = 3;

    private Opener() {}

    public static void main(String[] arguments) {
      Map<String, String> flags = Map.of("data-dir", arguments[0]);
      try {
        DataDirectory.open(NodeConfigLoader.load(flags, Map.of(), null).config()).close();
      } catch (NodeStartException refused) {
        System.exit(REFUSED);
      }
    }
  }

  @Test
  void aDirectoryIsCreatedWithAllAboveIt() {
    open("data-dir", temporary.resolve("a/b/c").toString()).close();
    assertThat(temporary.resolve("a/b/c/node.properties")).exists();
  }

  @Test
  void aFileInItsPlaceIsRefused() throws IOException {
    Files.writeString(temporary.resolve("data"), "a file");
    assertThatThrownBy(this::open)
        .isInstanceOf(NodeStartException.class)
        .hasMessageContaining(temporary.resolve("data").toString());
  }

  @Test
  void selfTestLeavesNothingBehindAndKnowsFileSystems() throws IOException {
    Path directory = Files.createDirectories(temporary.resolve("probe"));
    assertThat(SelfTest.run(directory, Long.MAX_VALUE))
        .anySatisfy(warning -> assertThat(warning).contains("log.disk-reserve"));
    assertThat(directory).isEmptyDirectory();
    assertThat(SelfTest.fileSystemWarning("btrfs")).contains("copies on write");
    assertThat(SelfTest.fileSystemWarning("nfs4")).contains("network");
    assertThat(SelfTest.fileSystemWarning("tmpfs")).contains("memory");
    assertThat(SelfTest.fileSystemWarning("ext4")).isEmpty();
  }

  @Test
  void selfTestSaysWhatIsWrong() {
    assertThatThrownBy(() -> SelfTest.run(temporary.resolve("absent"), 0))
        .isInstanceOf(NodeStartException.class)
        .hasMessageContaining("cannot be written, synced and read back")
        .hasMessageContaining("absent");
  }
}
