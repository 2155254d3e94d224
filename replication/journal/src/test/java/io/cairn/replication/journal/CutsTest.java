package io.cairn.replication.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.ReplicaLog.EpochStart;
import io.cairn.replication.core.ReplicaLog.LogCorruptedException;
import io.cairn.replication.core.ReplicaLog.LogFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cuts and resets on disk: what is left of them by a crash, and what their segments are called. */
final class CutsTest {
  @TempDir Path root;

  private ChronicleLog open() {
    return ChronicleLog.open(root.resolve("log"), TestLogs.SMALL, TestLogs.UNSAFE);
  }

  private String manifest() throws IOException {
    return Files.readString(root.resolve("log").resolve(ManifestFile.NAME));
  }

  @Test
  void noTwoSegmentsEverHaveOneName() throws IOException {
    Set<String> names = new HashSet<>();
    for (int life = 0; life < 3; life++) {
      ChronicleLog log = open();
      for (int round = 0; round < 4; round++) {
        TestLogs.append(log, 1, 10);
        assertThat(names.add(log.segments().get(0).info().name())).isTrue();
        log.truncate(0);
      }
      TestLogs.append(log, 1, 10);
      assertThat(names.add(log.segments().get(0).info().name())).isTrue();
      log.abandon();
      try (ChronicleLog recovered = open()) {
        recovered.truncate(0);
      }
    }
    assertThat(names).hasSize(15).allMatch(name -> name.matches("seg-[0-9]+-1-0"));
  }

  /** As a power cut leaves it that comes after the name and before the manifest. */
  @Test
  void aSegmentThatTheManifestDoesNotNameIsInNobodysWay() throws IOException {
    try (ChronicleLog log = open()) {
      TestLogs.append(log, 1, 10);
      log.truncate(0);
    }
    Path leftover = Files.createDirectory(root.resolve("log").resolve("seg-2-1-0"));
    Files.writeString(Segment.cycleFile(leftover), "other");
    try (ChronicleLog log = open()) {
      assertThat(leftover).doesNotExist();
      LogRecord record = TestLogs.append(log, 1, 10);
      assertThat(log.segments().get(0).directory().getFileName()).hasToString("seg-2-1-0");
      assertThat(TestLogs.read(log, 0)).hasSize(1).allMatch(r -> r.crc() == record.crc());
    }
  }

  /** The file that remembers forces may still speak of the segment that was cut off. */
  @Test
  void whatWasForcedBeforeACutIsNotMissedAfterIt() throws IOException {
    Path killed = root.resolve("killed");
    try (ChronicleLog log = open()) {
      for (int i = 0; i < 10; i++) {
        TestLogs.append(log, 1, 10);
      }
      log.force();
      Path cut = log.segments().get(0).directory();
      log.truncate(0);
      TestLogs.append(log, 1, 10);
      await().until(() -> Files.notExists(cut));
      TestLogs.copy(root.resolve("log"), killed);
    }
    try (ChronicleLog log = ChronicleLog.open(killed, TestLogs.SMALL, TestLogs.UNSAFE)) {
      assertThat(log.endOffset()).isEqualTo(1);
    }
  }

  @Test
  void theManifestKeepsCrcAndEpochOfTheRecordBeforeTheStart() throws IOException {
    LogRecord trimmed;
    try (ChronicleLog log = open()) {
      trimmed = TestLogs.append(log, 4, 10);
      TestLogs.append(log, 9, 10);
      assertThat(manifest()).contains("cairn-log 2\nnext-segment 3\nstart 0 00000000 0\n");
      log.trim(1);
      assertThat(manifest()).contains(String.format("\nstart 1 %08x 4\n", trimmed.crc()));
      log.reset(1_200, 0x8a11c0de, 5);
      assertThat(manifest()).contains("\nnext-segment 3\nstart 1200 8a11c0de 5\ncrc ");
    }
    LogInspector.Summary summary =
        LogInspector.inspect(root.resolve("log"), new LogInspector.Visitor() {});
    assertThat(summary.lastEpoch()).isEqualTo(5);
    assertThat(summary.startOffset()).isEqualTo(1_200);
    assertThat(summary.endOffset()).isEqualTo(1_200);
    assertThat(summary.corruptions()).isZero();
  }

  @Test
  void aKilledLogKnowsItsLastEpoch() throws IOException {
    Path killed = root.resolve("killed");
    try (ChronicleLog log = open()) {
      log.reset(70, 7, 3);
      TestLogs.append(log, 5, 10);
      TestLogs.copy(root.resolve("log"), killed);
    }
    try (ChronicleLog log = ChronicleLog.open(killed, TestLogs.SMALL, TestLogs.UNSAFE)) {
      assertThat(log.lastEpoch()).isEqualTo(5);
      assertThat(log.epochHistory()).containsExactly(new EpochStart(3, 70), new EpochStart(5, 70));
    }
  }

  @Test
  void aCutThatMeetsDamageIsRefusedForGood() throws IOException {
    try (ChronicleLog log = open()) {
      for (int i = 0; i < 5; i++) {
        TestLogs.append(log, 1, 1_000);
      }
      log.force();
    }
    ChronicleLog log = open();
    Path file = log.segments().get(0).file();
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] ^= 1;
    }
    Files.write(file, bytes);
    assertThatThrownBy(() -> log.truncate(3)).isInstanceOf(LogCorruptedException.class);
    assertThatThrownBy(log::checkUsable).isInstanceOf(LogFailedException.class);
    log.close();
  }

  /** A life of a log that ends with the power, and what may be there afterwards. */
  private static final class Life {
    private final ChronicleLog log;
    private final Random random;

    /** What the log holds, or what a call under way was to add. */
    private final List<LogRecord> held = new ArrayList<>();

    private int durable;

    /** What a cut under way leaves; null when there is none. */
    private @Nullable List<LogRecord> cut;

    Life(ChronicleLog log, long seed) {
      this.log = log;
      random = new Random(seed);
    }

    void append(long epoch, int records) {
      for (int i = 0; i < records; i++) {
        held.add(TestLogs.next(log, epoch, 1 + random.nextInt(3_000)));
        log.append(held.get(held.size() - 1));
      }
    }

    void force() {
      log.force();
      durable = held.size();
    }

    private void cut(List<LogRecord> kept, Runnable call) {
      cut = kept;
      call.run();
      held.clear();
      held.addAll(kept);
      durable = kept.size();
      cut = null;
    }

    void truncate(long endOffset) {
      List<LogRecord> kept = held.stream().filter(r -> r.endOffset() <= endOffset).toList();
      cut(kept, () -> log.truncate(endOffset));
    }

    void reset(long startOffset) {
      cut(List.of(), () -> log.reset(startOffset, 5, 1));
    }

    void check(ChronicleLog after) {
      List<LogRecord> found = TestLogs.read(after, after.startOffset());
      boolean isHeld =
          found.size() >= durable
              && found.size() <= held.size()
              && same(found, held.subList(0, found.size()));
      assertThat(isHeld || (cut != null && same(found, cut)))
          .as("found %s of %s, durable %s, or cut %s", found, held, durable, cut)
          .isTrue();
      assertThat(after.durableEndOffset()).isEqualTo(after.endOffset());
    }

    private static boolean same(List<LogRecord> some, List<LogRecord> others) {
      return Arrays.deepEquals(
          some.stream().map(LogRecord::bytes).toArray(),
          others.stream().map(LogRecord::bytes).toArray());
    }
  }

  private interface Deeds {
    void of(Life life);
  }

  /** Does it again and again, each time with the power cut at the log's next use of the disk. */
  private void cutPowerEverywhere(int atLeast, Deeds deeds) throws IOException {
    int uses = 0;
    for (boolean died = true; died; uses++) {
      Path directory = root.resolve("log-" + uses);
      Path left = root.resolve("left-" + uses);
      try (CrashDisk disk = new CrashDisk()) {
        ChronicleLog log = ChronicleLog.open(directory, TestLogs.SMALL, disk);
        Life life = new Life(log, uses);
        disk.dieAfter(uses);
        try {
          deeds.of(life);
        } catch (LogFailedException e) {
          assertThat(disk.isDead()).as(e.toString()).isTrue();
        }
        died = disk.isDead();
        disk.cutPower(directory, left, new Random(uses));
        log.abandon();
        try (ChronicleLog after = ChronicleLog.open(left, TestLogs.SMALL, TestLogs.UNSAFE)) {
          life.check(after);
          goOn(after);
        }
      }
      TestLogs.delete(directory);
      TestLogs.delete(left);
    }
    assertThat(uses).isGreaterThan(atLeast);
  }

  private static void goOn(ChronicleLog log) {
    long end = log.endOffset();
    TestLogs.append(log, 100);
    log.truncate(end);
    LogRecord record = TestLogs.append(log, 200);
    log.force();
    assertThat(TestLogs.read(log, end)).hasSize(1).allMatch(r -> r.crc() == record.crc());
  }

  @Test
  void aCrashAtAnyPointOfCutsAtTheSamePlaceLeavesTheLogCutOrNot() throws IOException {
    cutPowerEverywhere(
        30,
        life -> {
          life.append(2, 2);
          for (int round = 0; round < 2; round++) {
            life.append(2, 3);
            if (round == 0) {
              life.force();
            }
            life.append(2 + round, 2);
            life.truncate(2);
          }
          life.append(2, 1);
          life.truncate(0);
          life.append(2, 1);
          life.force();
        });
  }

  @Test
  void aCrashAtAnyPointOfAResetLeavesTheOldLogOrTheEmptyOne() throws IOException {
    cutPowerEverywhere(
        30,
        life -> {
          life.append(1, 3);
          life.force();
          life.append(2, 2);
          life.reset(100);
          life.append(2, 2);
          life.reset(100);
          life.append(2, 2);
          life.force();
          life.reset(3);
        });
  }
}
