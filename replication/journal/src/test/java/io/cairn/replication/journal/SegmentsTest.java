package io.cairn.replication.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.ReplicaLog;
import io.cairn.replication.core.ReplicaLog.OffsetOutOfRangeException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments follow one another, are read, trimmed and deleted. */
final class SegmentsTest {
  /** A segment of these has room for what is filled ahead. */
  private static final JournalOptions LARGE =
      new JournalOptions(32 << 20, 1 << 20, 16_000, 0, 512 << 10, 128 << 10, 64 << 10);

  @TempDir Path root;

  private ChronicleLog open(JournalOptions options) {
    return ChronicleLog.open(root.resolve("log"), options, TestLogs.UNSAFE);
  }

  private List<String> directories() throws IOException {
    List<String> names = new ArrayList<>();
    for (Path path : Directories.list(root.resolve("log"))) {
      if (path.getFileName().toString().startsWith("seg-")) {
        names.add(path.getFileName().toString());
      }
    }
    return names;
  }

  @Test
  void aFullSegmentIsFollowedByTheNext() throws IOException {
    List<LogRecord> written = new ArrayList<>();
    try (ChronicleLog log = open(TestLogs.SMALL)) {
      for (int i = 0; i < 200; i++) {
        written.add(TestLogs.append(log, 2, 5_000));
      }
      assertThat(log.segments()).hasSizeBetween(5, 12);
      assertThat(log.durableEndOffset()).as("sealed segments are forced").isBetween(1L, 199L);
      assertThat(log.epochHistory()).containsExactly(new ReplicaLog.EpochStart(2, 0));
      for (long from : new long[] {0, 57, 150, 199}) {
        assertThat(TestLogs.read(log, from).stream().map(LogRecord::crc))
            .containsExactlyElementsOf(
                written.subList((int) from, 200).stream().map(LogRecord::crc).toList());
      }
    }
    assertThat(directories()).hasSizeGreaterThan(4);
    try (ChronicleLog log = open(TestLogs.SMALL)) {
      assertThat(TestLogs.read(log, 0)).hasSize(200);
    }
  }

  /** Nobody can write until a new leader and its followers have one. */
  @Test
  void aSegmentIsReadyForANewEpochAtAnyTime() throws IOException {
    try (ChronicleLog log = open(LARGE)) {
      for (int epoch = 1; epoch <= 3; epoch++) {
        TestLogs.append(log, epoch, 100);
        Path prepared = root.resolve("log").resolve(ChronicleLog.PREPARED_PREFIX + (epoch + 1));
        await().until(() -> log.sizeBytes() >= 2 * (8 << 20));
        Object file = fileKey(Segment.cycleFile(prepared));
        TestLogs.append(log, epoch + 1, 100);
        List<Segment> segments = log.segments();
        assertThat(fileKey(segments.get(segments.size() - 1).file())).isEqualTo(file);
      }
    }
  }

  private static Object fileKey(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  @Test
  void recentRecordsComeFromMemory() {
    try (ChronicleLog log = open(TestLogs.SMALL);
        ReplicaLog.Reader reader = log.read(0)) {
      for (int i = 0; i < 10; i++) {
        assertThat(reader.nextOrNull()).isNull();
        LogRecord appended = TestLogs.append(log, 100);
        assertThat(reader.nextOrNull()).isSameAs(appended);
      }
    }
  }

  @Test
  void nothingBehindTheEndOfASealedSegmentStaysFilled() throws IOException {
    try (ChronicleLog log = open(TestLogs.SMALL)) {
      TestLogs.append(log, 100);
      TestLogs.append(log, 2, 100);
      Path sealed = log.segments().get(0).file();
      await().until(() -> Files.size(sealed) < 40_000);
      assertThat(TestLogs.read(log, 0)).hasSize(2);
    }
  }

  @Test
  void trimDeletesWholeSegmentsAndNeverTheCurrentOne() throws IOException {
    try (ChronicleLog log = open(TestLogs.SMALL)) {
      for (int i = 0; i < 200; i++) {
        TestLogs.append(log, 5_000);
      }
      log.force();
      long second = log.segments().get(1).baseOffset();
      ReplicaLog.Reader reader = log.read(0);
      assertThat(reader.nextOrNull()).isNotNull();
      log.trim(second - 1);
      assertThat(log.startOffset()).isZero();
      log.trim(second);
      assertThat(log.startOffset()).isEqualTo(second);
      log.trim(200);
      assertThat(log.segments()).hasSize(1);
      await().until(() -> directories().size() == 1);
      assertThatThrownBy(() -> log.read(0)).isInstanceOf(OffsetOutOfRangeException.class);
      assertThatThrownBy(
              () -> {
                while (reader.nextOrNull() != null) {}
              })
          .isInstanceOf(OffsetOutOfRangeException.class);
      assertThat(log.epochHistory())
          .containsExactly(new ReplicaLog.EpochStart(1, log.startOffset()));
    }
  }

  @Test
  void retentionKeepsSegmentsThatNobodyNeeds() {
    JournalOptions options =
        new JournalOptions(256 << 10, 64 << 10, 16_000, 600_000, 512 << 10, 128 << 10, 64 << 10);
    try (ChronicleLog log = open(options)) {
      for (int i = 0; i < 400; i++) {
        TestLogs.append(log, 5_000);
      }
      log.trim(400);
      // 600,000 bytes are some 115 records, a segment holds 40 at most.
      assertThat(log.startOffset()).isBetween(400L - 115 - 50, 400L - 110);
    }
  }

  @Test
  void anEpochSurvivesTheTrimmingOfItsRecords() {
    try (ChronicleLog log = open(TestLogs.SMALL)) {
      TestLogs.append(log, 5, 10);
      TestLogs.append(log, 8, 10);
      log.trim(2);
      assertThat(log.startOffset()).isEqualTo(1);
      log.truncate(1);
    }
    try (ChronicleLog log = open(TestLogs.SMALL)) {
      assertThat(log.lastEpoch()).isEqualTo(5);
      assertThat(log.startOffset()).isEqualTo(1);
      assertThat(log.endOffset()).isEqualTo(1);
      TestLogs.append(log, 9, 10);
      assertThat(TestLogs.read(log, 1)).hasSize(1);
    }
  }

  @Test
  void aReaderOnItsOwnThreadKeepsUpThroughFilesBeingWritten() {
    int records = 5_000;
    try (ChronicleLog log = open(TestLogs.FILES_ONLY)) {
      CompletableFuture<Integer> reading =
          CompletableFuture.supplyAsync(
              () -> {
                int seen = 0;
                try (ReplicaLog.Reader reader = log.read(0)) {
                  while (seen < records) {
                    LogRecord record = reader.nextOrNull();
                    if (record == null) {
                      Thread.onSpinWait();
                    } else if (record.baseOffset() != seen++) {
                      throw new IllegalStateException("out of order: " + record);
                    }
                  }
                }
                return seen;
              });
      for (int i = 0; i < records; i++) {
        TestLogs.append(log, i % 500);
      }
      log.force();
      assertThat(reading.join()).isEqualTo(records);
    }
  }

  @Test
  void anAppendAllocatesNothing() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    JournalOptions options =
        new JournalOptions(64 << 20, 32 << 20, 1 << 20, 0, 64 << 20, 16 << 20, 1 << 20);
    int records = 20_000;
    try (ChronicleLog log = open(options)) {
      long allocated = Long.MAX_VALUE;
      // Until the compiler is done: what it has not yet inlined allocates for a while.
      for (int round = 0; round < 10 && allocated >= records; round++) {
        List<LogRecord> prepared = prepare(log, records);
        long before = threads.getCurrentThreadAllocatedBytes();
        prepared.forEach(log::append);
        allocated = threads.getCurrentThreadAllocatedBytes() - before;
      }
      assertThat((double) allocated / records).as("bytes an append").isLessThan(1);
    }
  }

  private static List<LogRecord> prepare(ReplicaLog log, int records) {
    List<LogRecord> prepared = new ArrayList<>();
    int crc = log.lastRecordCrc();
    for (int i = 0; i < records; i++) {
      LogRecord record =
          LogRecord.of(
              LogRecord.Type.DATA,
              1,
              log.endOffset() + i,
              crc,
              0,
              List.of(TestLogs.operation(i, 100)));
      crc = record.crc();
      prepared.add(record);
    }
    return prepared;
  }
}
