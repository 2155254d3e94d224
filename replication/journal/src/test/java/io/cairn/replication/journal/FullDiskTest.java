package io.cairn.replication.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cairn.replication.core.LogSpace;
import io.cairn.replication.core.ReplicaLog.LogFailedException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small file system that really fills up. Needs root, to mount one. */
final class FullDiskTest {
  private static final JournalOptions OPTIONS =
      new JournalOptions(4 << 20, 1 << 20, 100_000, 0, 8 << 20, 2 << 20, 0);

  @TempDir Path root;
  private Path disk;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(root.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", disk.toString()),
        "a file system can only be mounted by root");
  }

  @AfterEach
  void unmount() throws Exception {
    // The library lets go of its mappings a little after it is closed.
    await().until(() -> run("umount", disk.toString()) || !isMounted());
  }

  private boolean isMounted() throws IOException {
    return Files.readString(Path.of("/proc/mounts")).contains(disk.toString());
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private void fillUntilFree(long freeBytes) throws IOException {
    try (OutputStream ballast =
        Files.newOutputStream(
            disk.resolve("ballast"), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (Files.getFileStore(disk).getUsableSpace() > freeBytes) {
        ballast.write(new byte[64 << 10]);
      }
    } catch (IOException e) {
      assertThat(Files.getFileStore(disk).getUsableSpace()).as(e.toString()).isLessThan(64 << 10);
    }
  }

  /** The library stores through memory mappings, where a page without a place ends the process. */
  @Test
  void aSegmentIsMadeWholeOrNotAtAll() throws Exception {
    ChronicleSetup.ensure();
    SegmentTemplate template = SegmentTemplate.make(disk, OPTIONS, Disk.SYSTEM);
    Path directory = disk.resolve("segment");
    fillUntilFree(0);
    for (long pages = 0; pages < 100; pages++) {
      freePages(1);
      long free = Files.getFileStore(disk).getUsableSpace();
      try {
        ActiveSegment.create(disk, directory, template, OPTIONS, Disk.SYSTEM).close();
        assertThat(pages).as("too few for one").isGreaterThan(20);
        return;
      } catch (IOException e) {
        assertThat(directory).as("after %s", e).doesNotExist();
        assertThat(Files.getFileStore(disk).getUsableSpace()).isEqualTo(free);
      }
    }
    throw new AssertionError("no segment in 100 pages");
  }

  @Test
  void theFirstAppendToALogHasItsRoomOrFails() throws Exception {
    Path directory = disk.resolve("log");
    fillUntilFree(0);
    for (long pages = 0; pages < 100; pages++) {
      freePages(1);
      try (ChronicleLog log = ChronicleLog.open(directory, OPTIONS)) {
        TestLogs.append(log, 100);
        assertThat(pages).as("too few for one").isGreaterThan(20);
        return;
      } catch (LogFailedException e) {
        assertThat(e).hasMessageContaining("No space left");
      }
    }
    throw new AssertionError("no log in 100 pages");
  }

  private void freePages(long pages) throws IOException {
    try (FileChannel ballast =
        FileChannel.open(disk.resolve("ballast"), StandardOpenOption.WRITE)) {
      ballast.truncate(ballast.size() - pages * 4096);
    }
  }

  @Test
  void whatWasAcceptedFitsOnADiskThatIsFullByThen() throws Exception {
    Path directory = disk.resolve("log");
    long end;
    try (ChronicleLog log = ChronicleLog.open(directory, OPTIONS)) {
      TestLogs.append(log, 1_000);
      log.force();
      await().until(() -> log.sizeBytes() >= 2 * OPTIONS.segmentBytes());
      assertThat(log.space()).isEqualTo(LogSpace.AVAILABLE);
      fillUntilFree(OPTIONS.reserveBytes() / 2);
      await().until(() -> log.space() == LogSpace.DELETES_ONLY);
      fillUntilFree(0);
      await().until(() -> log.space() == LogSpace.EXHAUSTED);
      assertThat(Files.getFileStore(disk).getUsableSpace()).isZero();
      long accepted = 0;
      while (accepted < OPTIONS.inFlightBytes()) {
        accepted += TestLogs.append(log, 50_000).lengthBytes();
      }
      log.force();
      TestLogs.append(log, 2, 50_000);
      log.force();
      end = log.endOffset();
      assertThat(log.durableEndOffset()).isEqualTo(end);
      assertThat(TestLogs.read(log, 0)).hasSize((int) end);
      Files.delete(disk.resolve("ballast"));
      await().until(() -> log.space() == LogSpace.AVAILABLE);
      TestLogs.append(log, 50_000);
      log.force();
      fillUntilFree(0);
    }
    try (ChronicleLog log = ChronicleLog.open(directory, OPTIONS)) {
      assertThat(log.endOffset()).isEqualTo(end + 1);
      assertThat(TestLogs.read(log, 0)).hasSize((int) end + 1);
    }
  }
}
