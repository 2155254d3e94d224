package io.cairn.replication.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskTest {
  private static final long MORE_THAN_THERE_IS = Long.MAX_VALUE;

  @TempDir Path directory;

  @Test
  void isOneWithoutRoom() {
    IOException failure = new IOException("No space left on device");
    assertThat(FullDisk.stopped(failure, directory, MORE_THAN_THERE_IS)).isTrue();
    assertThat(FullDisk.stopped(null, directory, MORE_THAN_THERE_IS)).isTrue();
    assertThat(FullDisk.stopped(failure, directory, 1)).isFalse();
  }

  @Test
  void isNoneWhenForcingFailed() throws IOException {
    FileChannel closed =
        FileChannel.open(
            directory.resolve("file"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    closed.close();
    IOException failure = assertThrows(IOException.class, () -> closed.force(false));
    assertThat(FullDisk.stopped(new IllegalStateException(failure), directory, MORE_THAN_THERE_IS))
        .isFalse();
  }
}
