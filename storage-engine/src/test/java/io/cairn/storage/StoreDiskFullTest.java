package io.cairn.storage;

import static io.cairn.storage.StoreTesting.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.storage.StoreException.Category;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full disk: refused at once, still readable, and working again when there is space. */
class StoreDiskFullTest {
  @TempDir Path directory;
  private Path disk;

  @BeforeEach
  void mount() throws IOException, InterruptedException {
    disk = Files.createDirectory(directory.resolve("disk"));
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", disk.toString()),
        "a small file system can be mounted only by root");
  }

  @AfterEach
  void unmount() throws IOException, InterruptedException {
    run("umount", disk.toString());
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // no such command
    }
  }

  @Test
  void refusesServesReadsAndRecovers() throws IOException {
    Path ballast = disk.resolve("ballast");
    Files.write(ballast, new byte[6 << 20]);
    try (StoreResources resources = StoreResources.open(StoreTesting.SMALL);
        KeyValueStore store =
            RocksDbStore.open(disk.resolve("store"), StoreTesting.SMALL, resources)) {
      StoreTesting.apply(store, "first", "1", 0);
      store.flush();
      long applied = fillUntilRefused(store);
      long flushed = store.flushedOffset();
      assertThat(flushed).isLessThanOrEqualTo(applied);
      assertThat(StoreTesting.text(value(store, "first"))).isEqualTo("1");

      Files.delete(ballast);

      // Asked this often, a store that lets each flush into RocksDB's queue does not recover.
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(50))
          .until(() -> flushes(store));
      assertThat(store.flushedOffset()).isEqualTo(applied);
      StoreTesting.apply(store, "last", "2", applied);
      assertThat(StoreTesting.text(value(store, "last"))).isEqualTo("2");
      store.verifyChecksums();
      assertThat(value(store, "key" + (applied - 1))).hasSize(100_000);
    }
  }

  private static byte[] value(KeyValueStore store, String key) {
    StoredRecord record = store.get(bytes(key));
    assertThat(record).as(key).isNotNull();
    return record.value();
  }

  private static boolean flushes(KeyValueStore store) {
    try {
      store.flush();
      return true;
    } catch (StoreException e) {
      assertThat(e.category()).as("%s", e).isIn(Category.NO_SPACE, Category.BUSY);
      return false;
    }
  }

  /** Returns the applied offset; what is refused must be refused for want of space. */
  private static long fillUntilRefused(KeyValueStore store) {
    byte[] value = new byte[100_000];
    new Random(1).nextBytes(value);
    boolean noSpace = false;
    long version = 1;
    while (!noSpace && version < 1000) {
      try (StoreBatch batch = store.newBatch()) {
        StoreTesting.put(batch, bytes("key" + version), value, version);
        store.apply(batch, version + 1);
        version++;
      } catch (StoreException e) {
        assertThat(e.category()).as("%s", e).isIn(Category.NO_SPACE, Category.BUSY);
        noSpace = !flushes(store);
      }
    }
    assertThat(noSpace).isTrue();
    assertThat(List.of(version, store.appliedOffset())).containsOnly(version);
    return version;
  }
}
