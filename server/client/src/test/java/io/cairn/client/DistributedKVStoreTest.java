package io.cairn.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(booleans = {true, false})
class DistributedKVStoreTest {

  @Parameter boolean pipelining;

  @TempDir Path directory;

  @Test
  void itDoesWhatTheSampleAsks() {
    try (DistributedKVStore store = DistributedKVStore.open(directory)) {
      store.put("key1", "value1", ConsistencyLevel.STRONG);
      assertThat(store.get("key1")).isEqualTo("value1");
      assertThat(store.get("key1", ConsistencyLevel.EVENTUAL)).isEqualTo("value1");
      assertThat(store.exists("key1")).isTrue();
      store.delete("key1", ConsistencyLevel.EVENTUAL);
      assertThat(store.get("key1")).isNull();
      assertThat(store.exists("key1", ConsistencyLevel.EVENTUAL)).isFalse();

      store.put("empty", "");
      assertThat(store.get("empty")).isEmpty();
      store.put("ä", "\uD83D\uDE00");
      assertThat(store.keys()).containsExactly("empty", "ä");
      try (Stream<String> keys = store.keyStream()) {
        assertThat(keys).containsExactly("empty", "ä");
      }
      store.clear();
      assertThat(store.keys()).isEmpty();
    }
  }

  @Test
  void storesOnTheSameDirectoryShareANodeUntilTheLastIsClosed() throws IOException {
    Path real = directory.toRealPath();
    Path link =
        Files.createSymbolicLink(directory.resolveSibling(directory.getFileName() + "-link"), real);
    DistributedKVStore first = DistributedKVStore.open(directory);
    DistributedKVStore second = DistributedKVStore.open(link);
    DistributedKVStore other = DistributedKVStore.open(directory.resolve("other/new"));
    first.put("a", "b");

    assertThat(second.get("a")).isEqualTo("b");
    assertThat(other.get("a")).isNull();
    assertThat(FakeNodeProvider.RUNNING).containsOnlyOnce(real).contains(real.resolve("other/new"));

    first.close();
    first.close();
    assertThat(second.get("a")).isEqualTo("b");
    second.close();
    other.close();
    assertThat(FakeNodeProvider.RUNNING).doesNotContain(real, real.resolve("other/new"));
    assertThatThrownBy(() -> second.get("a")).hasMessageContaining("closed");
    Files.delete(link);
  }

  @Test
  void theDefaultDirectoryIsTheUsersUnlessAPropertyNamesOne() {
    String home = System.getProperty("user.home");
    assertThat(EmbeddedNodes.defaultDirectory(null, null, home))
        .isEqualTo(Path.of(home, ".cairn", "embedded"));
    assertThat(EmbeddedNodes.defaultDirectory("", "", home))
        .isEqualTo(Path.of(home, ".cairn", "embedded"));
    assertThat(EmbeddedNodes.defaultDirectory(null, "b", home)).isEqualTo(Path.of("b"));
    assertThat(EmbeddedNodes.defaultDirectory("a", "b", home)).isEqualTo(Path.of("a"));
  }

  @Test
  void withoutANodeOnTheClassPathItSaysWhatToAdd() {
    assertThatThrownBy(() -> EmbeddedNodes.provider(ClassLoader.getPlatformClassLoader()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("io.cairn:cairn-server-node")
        .hasMessageContaining("DistributedKVStore.connect");
  }

  @Test
  void aDirectoryThatCannotBeIsNamed() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");

    assertThatThrownBy(() -> DistributedKVStore.open(file.resolve("data")))
        .hasMessageContaining("The data directory " + file.resolve("data"));
  }

  @Test
  void bytesThatAreNotTextAreNotMadeUp() {
    try (DistributedKVStore store = DistributedKVStore.open(directory)) {
      store.client().put(new byte[] {(byte) 0xFE}, new byte[] {(byte) 0xFF});
      store.client().put(new byte[] {'k'}, new byte[] {(byte) 0xFF});

      assertThatThrownBy(() -> store.get("k")).hasMessageContaining("a value that is not UTF-8");
      assertThatThrownBy(store::keys).hasMessageContaining("a key that is not UTF-8");
      assertThatThrownBy(() -> store.put("\uD800", "")).isInstanceOf(InvalidRequestException.class);
    }
  }
}
