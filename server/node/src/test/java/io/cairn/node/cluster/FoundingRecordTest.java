package io.cairn.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoundingRecordTest {
  @TempDir Path directory;

  @Test
  void whatIsWrittenIsRead() throws IOException {
    for (FoundingRecord record :
        new FoundingRecord[] {
          new FoundingRecord(true, Map.of()),
          new FoundingRecord(false, Map.of(2, new UUID(1, 2), 13, new UUID(-3, 4)))
        }) {
      record.write(directory);
      assertThat(FoundingRecord.readOrNull(directory)).isEqualTo(record);
    }
  }

  @Test
  void aDirectoryWithoutOneHasNotBegun() throws IOException {
    assertThat(FoundingRecord.readOrNull(directory.resolve("none"))).isNull();
  }

  @Test
  void aDamagedOneIsRefused() throws IOException {
    for (String damaged : new String[] {"", "begun=perhaps", "begun=founded\nstore.2=x"}) {
      Files.writeString(directory.resolve("founding.properties"), damaged);
      assertThatThrownBy(() -> FoundingRecord.readOrNull(directory))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("founding.properties is damaged");
    }
  }
}
