package io.cairn.replication.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.ReplicaLog.LogCorruptedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start does on disk with the log of a process that was killed. */
final class RecoveryTest {
  private static final int DURABLE = 5;
  private static final int RECORDS = 9;

  @TempDir Path root;
  private final FaultyDisk disk = new FaultyDisk();
  private final List<LogInspector.RecordFound> records = new ArrayList<>();
  private Path killed;

  @BeforeEach
  void makeLog() throws IOException {
    Path directory = root.resolve("log");
    killed = root.resolve("killed");
    try (ChronicleLog log = ChronicleLog.open(directory, TestLogs.SMALL, TestLogs.UNSAFE)) {
      for (int i = 0; i < RECORDS; i++) {
        TestLogs.append(log, 3_000);
        if (i < DURABLE) {
          log.force();
        }
      }
      TestLogs.copy(directory, killed);
    }
    LogInspector.inspect(
        killed,
        new LogInspector.Visitor() {
          @Override
          public void onRecord(LogInspector.RecordFound record) {
            records.add(record);
          }
        });
    assertThat(records).hasSize(RECORDS);
  }

  @Test
  void theRecoveredFileIsForcedBeforeItIsSealed() throws IOException {
    new LogRecovery(killed, disk).recover();
    assertThat(disk.forces)
        .containsExactly(
            Segment.CYCLE_FILE + "+",
            "seg-1-1-0/",
            "killed/",
            ManifestFile.TEMPORARY + "+",
            "killed/");
  }

  /** A force that failed left its pages clean: only what is written again is really forced. */
  @Test
  void whatIsNotKnownToBeOnDiskIsWrittenAgainBeforeTheForce() throws IOException {
    Path file = Segment.cycleFile(killed.resolve("seg-1-1-0"));
    byte[] before = Files.readAllBytes(file);
    new LogRecovery(killed, disk).recover();
    for (int i = 0; i < RECORDS; i++) {
      assertThat(isWrittenBeforeAnyForce(records.get(i))).as("record " + i).isEqualTo(i >= DURABLE);
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(Arrays.copyOf(before, (int) Files.size(file)));
  }

  @Test
  void withoutAMarkEverythingIsWrittenAgain() throws IOException {
    Files.delete(killed.resolve(DurableMark.NAME));
    new LogRecovery(killed, disk).recover();
    assertThat(records).allMatch(this::isWrittenBeforeAnyForce);
  }

  @Test
  void aLogThatIsRefusedStaysAsItIs() throws IOException {
    Path leftover = Files.createDirectory(killed.resolve("seg-2-1-7"));
    Files.delete(Segment.cycleFile(killed.resolve("seg-1-1-0")));
    assertThatThrownBy(() -> new LogRecovery(killed, disk).recover())
        .isInstanceOf(LogCorruptedException.class);
    assertThat(leftover).exists();
  }

  private boolean isWrittenBeforeAnyForce(LogInspector.RecordFound found) {
    LogRecord record = found.record();
    long end = found.position() + Entry.OVERHEAD_BYTES + record.lengthBytes();
    return disk.writes.stream()
        .anyMatch(
            w -> w.forcesBefore() == 0 && w.covers(Segment.CYCLE_FILE, found.position(), end));
  }
}
