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
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damage to the files of a log whose node was killed. Either every acknowledged record is still
 * there, or the log refuses to open and says what is missing; never is one lost in silence, and
 * never does a record differ from what was written.
 */
final class DamageTest {
  private static final int RECORDS = 40;
  private static final int UNFORCED = 1;

  @TempDir Path root;
  private Path killed;
  private final List<LogRecord> written = new ArrayList<>();
  private final List<Long> positions = new ArrayList<>();
  private long end;
  private int copies;

  /** A log as a kill leaves it: all records forced but the last. */
  @BeforeEach
  void makeLog() throws IOException {
    Path directory = root.resolve("log");
    killed = root.resolve("killed");
    try (ChronicleLog log = ChronicleLog.open(directory, TestLogs.SMALL, TestLogs.UNSAFE)) {
      for (int i = 0; i < RECORDS; i++) {
        written.add(TestLogs.append(log, 3, 100 + i));
        if (i < RECORDS - UNFORCED) {
          log.force();
        }
      }
      TestLogs.copy(directory, killed);
    }
    for (Path path : Directories.list(killed)) {
      if (path.getFileName().toString().startsWith(ChronicleLog.PREPARED_PREFIX)) {
        TestLogs.delete(path);
      }
    }
    LogInspector.inspect(
        killed,
        new LogInspector.Visitor() {
          @Override
          public void onRecord(LogInspector.RecordFound record) {
            positions.add(record.position());
            end = Entry.end(record.position(), Entry.PREFIX_BYTES + record.record().lengthBytes());
          }
        });
    assertThat(positions).hasSize(RECORDS);
  }

  private interface Damage {
    void to(byte[] file) throws IOException;
  }

  /** Recovers a damaged copy and gives the records it holds. */
  private List<LogRecord> recover(Damage damage) throws IOException {
    return recover(copyWith(damage));
  }

  private Path copyWith(Damage damage) throws IOException {
    Path copy = root.resolve("copy-" + copies++);
    TestLogs.copy(killed, copy);
    Path file = fileIn(copy);
    byte[] bytes = Files.readAllBytes(file);
    damage.to(bytes);
    Files.write(file, bytes);
    return copy;
  }

  private static Path fileIn(Path copy) {
    return Segment.cycleFile(copy.resolve("seg-1-3-0"));
  }

  private List<LogRecord> recover(Path copy) throws IOException {
    List<LogRecord> found = new ArrayList<>();
    try {
      new LogRecovery(copy, TestLogs.UNSAFE).recover();
      LogInspector.Summary summary =
          LogInspector.inspect(
              copy,
              new LogInspector.Visitor() {
                @Override
                public void onRecord(LogInspector.RecordFound record) {
                  found.add(record.record());
                }
              });
      assertThat(summary.corruptions()).isZero();
    } finally {
      TestLogs.delete(copy);
    }
    for (int i = 0; i < found.size(); i++) {
      assertThat(Arrays.equals(found.get(i).bytes(), written.get(i).bytes())).isTrue();
    }
    return found;
  }

  private static void zero(byte[] file, long from, long to) {
    Arrays.fill(file, (int) from, (int) to, (byte) 0);
  }

  @Test
  void undamagedAllIsThere() throws IOException {
    assertThat(recover(file -> {})).hasSize(RECORDS);
  }

  @Test
  void theLibrarysOwnPagesMayBeLost() throws IOException {
    assertThat(recover(file -> zero(file, 0, 4096))).hasSize(RECORDS);
    assertThat(recover(file -> zero(file, 4096, positions.get(0)))).hasSize(RECORDS);
    assertThat(recover(file -> Arrays.fill(file, 200, 20_000, (byte) 0xff))).hasSize(RECORDS);
  }

  @Test
  void theLibrarysMetadataMayBeDamagedOrGone() throws IOException {
    Path copy = copyWith(file -> {});
    Files.delete(copy.resolve("seg-1-3-0").resolve(Segment.METADATA_FILE));
    assertThat(recover(copy)).hasSize(RECORDS);
    copy = copyWith(file -> {});
    Files.write(copy.resolve("seg-1-3-0").resolve(Segment.METADATA_FILE), new byte[] {1, 2, 3});
    assertThat(recover(copy)).hasSize(RECORDS);
  }

  @Test
  void flippedBitsInHeaderWordsLoseNothing() throws IOException {
    for (int record : new int[] {0, 20, RECORDS - 1}) {
      for (int bit = 0; bit < 32; bit++) {
        int at = (int) (positions.get(record) + bit / 8);
        int mask = 1 << (bit % 8);
        assertThat(recover(file -> file[at] ^= (byte) mask)).hasSize(RECORDS);
      }
    }
  }

  @Test
  void aZeroedRecordIsCorruptionThatNamesPlaceAndOffsets() throws IOException {
    for (boolean markFileKept : new boolean[] {true, false}) {
      Path copy = copyWith(file -> zero(file, positions.get(20), positions.get(21)));
      if (!markFileKept) {
        Files.delete(copy.resolve(DurableMark.NAME));
      }
      assertThatThrownBy(() -> recover(copy))
          .isInstanceOf(LogCorruptedException.class)
          .hasMessageContaining("seg-1-3-0")
          .hasMessageContaining("position " + positions.get(20))
          .hasMessageContaining("offsets [20, 39)");
    }
  }

  /** A client may put into a value what looks like the record that comes next. */
  @Test
  void aRecordInsideAValueIsNeverTakenForTheDamagedOneAroundIt() throws IOException {
    for (int shift = 0; shift < Integer.BYTES; shift++) {
      Path directory = root.resolve("forged-" + shift);
      Path copy = root.resolve("forged-copy-" + shift);
      long host;
      try (ChronicleLog log = ChronicleLog.open(directory, TestLogs.SMALL, TestLogs.UNSAFE)) {
        TestLogs.append(log, 3, 100);
        byte[] forged = TestLogs.next(log, 50).bytes();
        byte[] value = new byte[shift + forged.length];
        System.arraycopy(forged, 0, value, shift, forged.length);
        host = log.endOffset();
        log.append(TestLogs.nextWith(log, value));
        log.force();
        TestLogs.append(log, 100);
        TestLogs.copy(directory, copy);
      }
      byte[] file = Files.readAllBytes(fileIn(copy));
      file[(int) positionOf(copy, host) + Entry.OVERHEAD_BYTES + LogRecord.HEADER_BYTES] ^= 1;
      Files.write(fileIn(copy), file);
      assertThatThrownBy(() -> recover(copy))
          .isInstanceOf(LogCorruptedException.class)
          .hasMessageContaining("offsets [1, 2)");
    }
  }

  private static long positionOf(Path log, long offset) {
    List<Long> found = new ArrayList<>();
    LogInspector.inspect(
        log,
        new LogInspector.Visitor() {
          @Override
          public void onRecord(LogInspector.RecordFound record) {
            if (record.record().baseOffset() == offset) {
              found.add(record.position());
            }
          }
        });
    return found.get(0);
  }

  @Test
  void aLostEndOfAcknowledgedRecordsIsCorruption() throws IOException {
    assertThatThrownBy(() -> recover(file -> zero(file, positions.get(38), end)))
        .isInstanceOf(LogCorruptedException.class)
        .hasMessageContaining("offsets [38, 39)");
    Path cut = copyWith(file -> {});
    Files.write(fileIn(cut), Arrays.copyOf(Files.readAllBytes(fileIn(cut)), 35_000));
    assertThatThrownBy(() -> recover(cut)).isInstanceOf(LogCorruptedException.class);
    Path empty = copyWith(file -> {});
    Files.write(fileIn(empty), new byte[0]);
    assertThatThrownBy(() -> recover(empty)).isInstanceOf(LogCorruptedException.class);
    Path gone = copyWith(file -> {});
    Files.delete(fileIn(gone));
    assertThatThrownBy(() -> recover(gone)).isInstanceOf(LogCorruptedException.class);
  }

  @Test
  void aTailTornAtAnyByteIsCutAndNoMore() throws IOException {
    long last = positions.get(RECORDS - 1);
    long lastByte = last + Entry.OVERHEAD_BYTES + written.get(RECORDS - 1).lengthBytes();
    for (long at = last; at < lastByte; at++) {
      long from = at;
      int expected = isZeroFrom(from, lastByte) ? RECORDS : RECORDS - UNFORCED;
      assertThat(recover(file -> zero(file, from, end))).hasSize(expected);
    }
  }

  private boolean isZeroFrom(long from, long to) throws IOException {
    byte[] file = Files.readAllBytes(fileIn(killed));
    for (long at = from; at < to; at++) {
      if (file[(int) at] != 0) {
        return false;
      }
    }
    return true;
  }

  @Test
  void theInspectorTellsOfATornLastRecord() throws IOException {
    long last = positions.get(RECORDS - 1);
    assertThat(problems(file -> {})).isEmpty();
    for (Damage torn :
        List.<Damage>of(
            file -> file[(int) last + 100] ^= 1,
            file -> zero(file, last + 60, end),
            file -> zero(file, last, last + Entry.HEADER_WORD_BYTES + Entry.PREFIX_BYTES))) {
      assertThat(problems(torn))
          .singleElement()
          .satisfies(
              problem -> {
                assertThat(problem.corruption()).isFalse();
                assertThat(problem.text()).contains("torn tail");
                assertThat(problem.position()).isEqualTo(last);
              });
    }
  }

  private List<LogInspector.Problem> problems(Damage damage) throws IOException {
    List<LogInspector.Problem> problems = new ArrayList<>();
    LogInspector.inspect(
        copyWith(damage),
        new LogInspector.Visitor() {
          @Override
          public void onProblem(LogInspector.Problem problem) {
            problems.add(problem);
          }
        });
    return problems;
  }

  @Test
  void aHoleInWhatWasNeverForcedIsATornTail() throws IOException {
    Path directory = root.resolve("unforced");
    Path copy = root.resolve("unforced-copy");
    try (ChronicleLog log = ChronicleLog.open(directory, TestLogs.SMALL, TestLogs.UNSAFE)) {
      for (int i = 0; i < RECORDS; i++) {
        TestLogs.append(log, 3, 100 + i);
        if (i == 9) {
          log.force();
        }
      }
      TestLogs.copy(directory, copy);
    }
    byte[] bytes = Files.readAllBytes(fileIn(copy));
    zero(bytes, positions.get(15), positions.get(16));
    Files.write(fileIn(copy), bytes);
    assertThat(recover(copy)).hasSize(15);
  }

  @Test
  void aFlippedBitAnywhereLosesNothingInSilence() throws IOException {
    Random random = new Random(7);
    for (int i = 0; i < 400; i++) {
      boolean inRecords = i % 4 != 0;
      long from = inRecords ? positions.get(0) : 0;
      int at = (int) (from + random.nextInt((int) (end - from)));
      int mask = 1 << random.nextInt(8);
      try {
        int least = at >= positions.get(RECORDS - 1) ? RECORDS - UNFORCED : RECORDS;
        assertThat(recover(file -> file[at] ^= (byte) mask)).hasSizeGreaterThanOrEqualTo(least);
      } catch (LogCorruptedException e) {
        assertThat(at).isLessThan(positions.get(RECORDS - 1).intValue());
      }
    }
  }

  @Test
  void damageInASealedSegmentIsFoundWhereItIsRead() throws IOException {
    Path copy = copyWith(file -> {});
    new LogRecovery(copy, TestLogs.UNSAFE).recover();
    byte[] bytes = Files.readAllBytes(fileIn(copy));
    bytes[(int) (positions.get(25) + 60)] ^= 1;
    Files.write(fileIn(copy), bytes);
    try (ChronicleLog log = ChronicleLog.open(copy, TestLogs.SMALL, TestLogs.UNSAFE)) {
      assertThat(log.endOffset()).isEqualTo(RECORDS);
      assertThatThrownBy(() -> TestLogs.read(log, 0))
          .isInstanceOf(LogCorruptedException.class)
          .hasMessageContaining("seg-1-3-0")
          .hasMessageContaining("position " + positions.get(25))
          .hasMessageContaining("offset 25");
      assertThat(LogInspector.inspect(copy, new LogInspector.Visitor() {}).corruptions())
          .isEqualTo(1);
    }
  }

  @Test
  void aSegmentIsNeverAppendedToByALaterProcess() throws IOException {
    Path copy = copyWith(file -> {});
    byte[] before = Files.readAllBytes(fileIn(copy));
    try (ChronicleLog log = ChronicleLog.open(copy, TestLogs.SMALL, TestLogs.UNSAFE)) {
      TestLogs.append(log, 4, 100);
      log.force();
      assertThat(TestLogs.read(log, 0)).hasSize(RECORDS + 1);
    }
    byte[] after = Files.readAllBytes(fileIn(copy));
    assertThat(after).isEqualTo(Arrays.copyOf(before, after.length));
    assertThat((long) after.length).isGreaterThanOrEqualTo(end);
  }

  @Test
  void aManifestThatIsGoneDamagedOrNewerIsRefused() throws IOException {
    Path gone = copyWith(file -> {});
    Files.delete(gone.resolve(ManifestFile.NAME));
    assertThatThrownBy(() -> recover(gone))
        .isInstanceOf(LogCorruptedException.class)
        .hasMessageContaining("is missing");
    Path damaged = copyWith(file -> {});
    Path manifest = damaged.resolve(ManifestFile.NAME);
    Files.writeString(manifest, Files.readString(manifest).replace("segment 1 3", "segment 1 4"));
    assertThatThrownBy(() -> recover(damaged))
        .isInstanceOf(LogCorruptedException.class)
        .hasMessageContaining("checksum");
    Path newer = copyWith(file -> {});
    manifest = newer.resolve(ManifestFile.NAME);
    Files.writeString(manifest, Files.readString(manifest).replace("cairn-log 2", "cairn-log 3"));
    assertThatThrownBy(() -> recover(newer))
        .isNotInstanceOf(LogCorruptedException.class)
        .hasMessageContaining("format is '3' and this version of Cairn reads format 2");
  }
}
