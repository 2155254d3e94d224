package io.cairn.replication.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.MetadataQuorum;
import io.cairn.replication.core.metadata.MetadataUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metadata of a node without a cluster. */
class SoleMetadataTest extends MetadataQuorumContract {
  private final Path file;
  private SoleMetadata quorum;

  SoleMetadataTest(@TempDir Path directory) throws IOException {
    file = directory.resolve("metadata");
    quorum = SoleMetadata.open(3, file);
  }

  @BeforeEach
  void isTheControllerAtOnce() {
    assertThat(quorum.isController()).isTrue();
    assertThat(quorum.controllerOrNone()).isEqualTo(3);
  }

  @AfterEach
  void close() {
    quorum.close();
  }

  @Override
  MetadataQuorum quorum() {
    return quorum;
  }

  @Test
  void whatWasConfirmedIsThereAfterARestart() throws Exception {
    ClusterMetadata after = applied(Changes.register(3, ClusterMetadata.empty()));
    assertThat(MetadataFile.read(file)).isEqualTo(after);
    quorum.close();
    quorum = SoleMetadata.open(3, file);
    assertThat(quorum.current()).isEqualTo(after);
  }

  @Test
  void everyDamagedByteIsNoticed() throws Exception {
    applied(Changes.register(3, ClusterMetadata.empty()));
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] ^= 1;
      Files.write(file, bytes);
      assertThatThrownBy(() -> SoleMetadata.open(3, file))
          .as("byte %s", i)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is damaged")
          .hasMessageContaining(file.toString());
      bytes[i] ^= 1;
    }
    Files.write(file, new byte[0]);
    assertThatThrownBy(() -> SoleMetadata.open(3, file)).hasMessageContaining("is damaged");
  }

  @Test
  void aFailureOfTheDiskIsFinal() throws Exception {
    ClusterMetadata before = applied(Changes.minInsyncReplicas(1));
    Path inTheWay = file.resolveSibling("metadata.tmp");
    Files.createDirectory(inTheWay);
    assertUnavailable();
    Files.delete(inTheWay);
    assertUnavailable();
    assertThat(quorum.current()).isEqualTo(before);
    assertThat(MetadataFile.read(file)).isEqualTo(before);
  }

  private void assertUnavailable() {
    assertThatThrownBy(
            () ->
                quorum
                    .propose(Changes.minInsyncReplicas(2))
                    .get(LIMIT.toSeconds(), TimeUnit.SECONDS))
        .hasCauseInstanceOf(MetadataUnavailableException.class)
        .hasMessageContaining("check the disk");
  }
}
