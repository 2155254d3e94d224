package io.cairn.replication.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cairn.replication.core.LogRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.wire.DocumentContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How records come into a segment's file. */
final class ActiveSegmentTest {
  private static final Path OWN_IO = Path.of("/proc/self/io");

  @TempDir Path root;
  private final FaultyDisk disk = new FaultyDisk();
  private Path directory;

  @BeforeEach
  void prepareLibrary() {
    ChronicleSetup.ensure();
    directory = root.resolve("segment");
  }

  private ActiveSegment create() throws IOException {
    SegmentTemplate template = SegmentTemplate.make(root, TestLogs.SMALL, disk);
    return ActiveSegment.create(root, directory, template, TestLogs.SMALL, disk);
  }

  private static LogRecord record(int valueBytes) {
    return LogRecord.of(
        LogRecord.Type.DATA, 1, 0, 0, 0, List.of(TestLogs.operation(0, valueBytes)));
  }

  @Test
  void aHalfWrittenEntryIsRolledBack() throws IOException {
    LogRecord small = record(100);
    try (ActiveSegment segment = create()) {
      assertThatThrownBy(() -> segment.append(record(100_000), 0)).isInstanceOf(Exception.class);
      segment.append(small, 0);
    }
    List<Integer> lengths = new ArrayList<>();
    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(Segment.cycleFile(directory)))
            .order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    for (int word = file.getInt(at); word != 0; word = file.getInt(at)) {
      assertThat(Entry.isComplete(word)).as("entry at %d", at).isTrue();
      int length = word & Entry.LENGTH_MASK;
      if (!Entry.isMetadata(word)) {
        lengths.add(length);
      }
      at = (int) Entry.end(at, length);
    }
    assertThat(lengths).containsExactly(Entry.PREFIX_BYTES + small.lengthBytes());
  }

  /** A store into a page that has no place on disk is lost when the disk is full. */
  @Test
  void aRecordLiesInZerosThatWereWrittenBefore() throws IOException {
    LogRecord record = record(2_000);
    try (ActiveSegment segment = create()) {
      while (segment.fits(record.lengthBytes())) {
        long start = segment.append(record, 0);
        assertIsWritten(start, segment.position());
      }
    }
  }

  @Test
  void largeRecordsAreWrittenAroundTheMappingAndTheLibraryReadsThem() throws IOException {
    List<LogRecord> records =
        List.of(record(100), record(20_000), record(100), record(4_096), record(9_000));
    List<Integer> around = new ArrayList<>();
    try (ActiveSegment segment = create()) {
      for (LogRecord record : records) {
        disk.writes.clear();
        segment.append(record, 0);
        around.add((int) disk.writes.stream().mapToLong(w -> w.end() - w.position()).sum());
      }
      assertThat(around)
          .containsExactly(
              0,
              records.get(1).lengthBytes(),
              0,
              records.get(3).lengthBytes(),
              records.get(4).lengthBytes());
      assertThat(readByLibrary())
          .containsExactlyElementsOf(records.stream().map(LogRecord::bytes).toList());
    }
  }

  private List<byte[]> readByLibrary() {
    List<byte[]> read = new ArrayList<>();
    try (SingleChronicleQueue queue = ChronicleSetup.queue(directory, TestLogs.SMALL);
        ExcerptTailer tailer = queue.createTailer()) {
      while (true) {
        try (DocumentContext entry = tailer.readingDocument()) {
          if (!entry.isPresent()) {
            return read;
          }
          Bytes<?> bytes = entry.wire().bytes();
          bytes.readSkip(Entry.PREFIX_BYTES);
          read.add(bytes.toByteArray());
        }
      }
    }
  }

  @Test
  void aLargeRecordThatCannotBeWrittenIsRolledBack() throws IOException {
    LogRecord small = record(100);
    try (ActiveSegment segment = create()) {
      long before = segment.append(small, 0);
      disk.failWith(new IOException("planted"));
      assertThatThrownBy(() -> segment.append(record(9_000), 0)).isInstanceOf(IOException.class);
      int end = (int) Entry.end(before, Entry.PREFIX_BYTES + small.lengthBytes());
      byte[] file = Files.readAllBytes(Segment.cycleFile(directory));
      assertThat(Arrays.copyOfRange(file, end, end + 10_000)).containsOnly(0);
    }
  }

  /** A force writes what the kernel takes for dirty, which can be far more than was stored. */
  @Test
  void aSmallRecordMakesFewPagesDirty() throws IOException {
    assumeTrue(Files.isReadable(OWN_IO), "only Linux tells");
    LogRecord record = record(100);
    int records = 200;
    try (ActiveSegment segment = createOnDisk()) {
      long before = dirtiedBytes();
      for (int i = 0; i < records; i++) {
        segment.append(record, 0);
        segment.force();
      }
      assertThat((dirtiedBytes() - before) / records).isLessThan(8 * Disk.PAGE_BYTES);
    }
  }

  /** Not on the disk of other tests, which forces nothing. */
  private ActiveSegment createOnDisk() throws IOException {
    SegmentTemplate template = SegmentTemplate.make(root, TestLogs.SMALL, Disk.SYSTEM);
    return ActiveSegment.create(root, directory, template, TestLogs.SMALL, Disk.SYSTEM);
  }

  private static long dirtiedBytes() throws IOException {
    return Files.readAllLines(OWN_IO).stream()
        .filter(line -> line.startsWith("write_bytes: "))
        .mapToLong(line -> Long.parseLong(line.substring("write_bytes: ".length())))
        .findFirst()
        .orElseThrow();
  }

  private void assertIsWritten(long from, long to) {
    long covered = from;
    for (FaultyDisk.Written written : disk.writes) {
      if (written.file().equals(Segment.CYCLE_FILE) && written.position() <= covered) {
        covered = Math.max(covered, written.end());
      }
    }
    assertThat(covered).as("written from %d on", from).isGreaterThanOrEqualTo(to);
  }
}
