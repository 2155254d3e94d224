package io.cairn.replication.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.replication.core.ReplicaLog.EpochStart;
import io.cairn.replication.core.ReplicaLog.OffsetOutOfRangeException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link ReplicaLog} does, the real one and those of simulators. */
public abstract class ReplicaLogContract {

  /**
   * Opens the log of this test: empty the first time, afterwards with what it held when it was
   * closed. It need not keep records that are trimmed.
   */
  protected abstract ReplicaLog open();

  /** A record of this many operations that continues the log. */
  protected static LogRecord next(ReplicaLog log, int count, String text) {
    List<byte[]> operations = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Operation.ByteSource bytes = Operation.ByteSource.of((text + i).getBytes(UTF_8));
      operations.add(Operation.put(bytes, bytes, Operation.NO_CLIENT, 0));
    }
    return LogRecord.of(
        LogRecord.Type.DATA,
        log.lastEpoch(),
        log.endOffset(),
        log.lastRecordCrc(),
        1_000,
        operations);
  }

  protected static LogRecord append(ReplicaLog log, int count, String text) {
    LogRecord record = next(log, count, text);
    log.append(record);
    return record;
  }

  protected static List<LogRecord> readAll(ReplicaLog log, long fromOffset) {
    List<LogRecord> records = new ArrayList<>();
    try (ReplicaLog.Reader reader = log.read(fromOffset)) {
      for (LogRecord record = reader.nextOrNull(); record != null; record = reader.nextOrNull()) {
        records.add(record);
      }
    }
    return records;
  }

  /** Compares records by their bytes. */
  protected static void assertSame(List<LogRecord> actual, List<LogRecord> expected) {
    assertThat(actual.stream().map(LogRecord::bytes).toList())
        .usingElementComparator(java.util.Arrays::compare)
        .containsExactlyElementsOf(expected.stream().map(LogRecord::bytes).toList());
  }

  @Test
  void aNewLogIsEmpty() {
    try (ReplicaLog log = open()) {
      assertThat(log.startOffset()).isZero();
      assertThat(log.endOffset()).isZero();
      assertThat(log.durableEndOffset()).isZero();
      assertThat(log.lastRecordCrc()).isZero();
      assertThat(log.lastEpoch()).isZero();
      assertThat(log.epochHistory()).isEmpty();
      assertThat(readAll(log, 0)).isEmpty();
      assertThat(log.space()).isEqualTo(LogSpace.AVAILABLE);
    }
  }

  @Test
  void whatIsAppendedIsReadAtOnceAndDurableOnceForced() {
    try (ReplicaLog log = open()) {
      log.beginEpoch(3);
      LogRecord first = append(log, 1, "a");
      LogRecord second = append(log, 5, "b");
      assertThat(log.endOffset()).isEqualTo(6);
      assertThat(log.durableEndOffset()).isZero();
      assertThat(log.lastRecordCrc()).isEqualTo(second.crc());
      assertSame(readAll(log, 0), List.of(first, second));
      log.force();
      assertThat(log.durableEndOffset()).isEqualTo(6);
      assertThat(log.endOffset()).isEqualTo(6);
    }
  }

  @Test
  void aReaderBeginsWithTheRecordThatHoldsTheOffset() {
    try (ReplicaLog log = open()) {
      log.beginEpoch(1);
      append(log, 3, "a");
      LogRecord second = append(log, 3, "b");
      LogRecord third = append(log, 1, "c");
      assertSame(readAll(log, 3), List.of(second, third));
      assertSame(readAll(log, 5), List.of(second, third));
      assertSame(readAll(log, 6), List.of(third));
      assertThat(readAll(log, 7)).isEmpty();
    }
  }

  @Test
  void aReaderAtTheEndFindsWhatComesLater() {
    try (ReplicaLog log = open()) {
      log.beginEpoch(1);
      try (ReplicaLog.Reader reader = log.read(0)) {
        assertThat(reader.nextOrNull()).isNull();
        LogRecord first = append(log, 2, "a");
        assertSame(List.of(Invariant.checkPresent(reader.nextOrNull(), "record")), List.of(first));
        assertThat(reader.nextOrNull()).isNull();
        log.beginEpoch(2);
        LogRecord second = append(log, 2, "b");
        assertSame(List.of(Invariant.checkPresent(reader.nextOrNull(), "record")), List.of(second));
      }
    }
  }

  @Test
  void offsetsOutsideAreRefused() {
    try (ReplicaLog log = open()) {
      log.beginEpoch(1);
      append(log, 2, "a");
      assertThatThrownBy(() -> log.read(3)).isInstanceOf(OffsetOutOfRangeException.class);
      assertThatThrownBy(() -> log.read(-1)).isInstanceOf(OffsetOutOfRangeException.class);
    }
  }

  @Test
  void aReopenedLogHoldsWhatWasForcedAndSaysItIsDurable() {
    List<LogRecord> written = new ArrayList<>();
    try (ReplicaLog log = open()) {
      log.beginEpoch(4);
      written.add(append(log, 2, "a"));
      written.add(append(log, 1, "b"));
      log.force();
    }
    try (ReplicaLog log = open()) {
      assertThat(log.endOffset()).isEqualTo(3);
      assertThat(log.durableEndOffset()).isEqualTo(3);
      assertThat(log.lastEpoch()).isEqualTo(4);
      assertThat(log.lastRecordCrc()).isEqualTo(written.get(1).crc());
      assertSame(readAll(log, 0), written);
      log.beginEpoch(5);
      written.add(append(log, 1, "c"));
      log.force();
    }
    try (ReplicaLog log = open()) {
      assertSame(readAll(log, 0), written);
      assertThat(log.epochHistory()).containsExactly(new EpochStart(4, 0), new EpochStart(5, 3));
    }
  }

  @Test
  void anEpochWithoutRecordsIsRememberedAsNewestOnly() {
    try (ReplicaLog log = open()) {
      log.beginEpoch(4);
      append(log, 1, "a");
      log.beginEpoch(7);
      assertThat(log.lastEpoch()).isEqualTo(7);
      assertThat(log.epochHistory()).containsExactly(new EpochStart(4, 0));
    }
    try (ReplicaLog log = open()) {
      assertThat(log.lastEpoch()).isEqualTo(7);
      assertThat(log.epochHistory()).containsExactly(new EpochStart(4, 0));
      log.beginEpoch(8);
      append(log, 1, "b");
      assertThat(log.epochHistory()).containsExactly(new EpochStart(4, 0), new EpochStart(8, 1));
    }
  }

  @Test
  void anEpochMustBeNewer() {
    try (ReplicaLog log = open()) {
      log.beginEpoch(4);
      assertThatThrownBy(() -> log.beginEpoch(4)).isInstanceOf(Invariant.Violation.class);
      assertThatThrownBy(() -> log.beginEpoch(3)).isInstanceOf(Invariant.Violation.class);
    }
  }

  @Test
  void onlyARecordThatContinuesTheLogIsAppended() {
    try (ReplicaLog log = open()) {
      log.beginEpoch(2);
      append(log, 1, "a");
      List<byte[]> operations = List.of(Operation.noOp());
      LogRecord.Type type = LogRecord.Type.DATA;
      int crc = log.lastRecordCrc();
      List<LogRecord> wrong =
          List.of(
              LogRecord.of(type, 1, 1, crc, 0, operations),
              LogRecord.of(type, 3, 1, crc, 0, operations),
              LogRecord.of(type, 2, 0, crc, 0, operations),
              LogRecord.of(type, 2, 2, crc, 0, operations),
              LogRecord.of(type, 2, 1, crc + 1, 0, operations));
      for (LogRecord record : wrong) {
        assertThatThrownBy(() -> log.append(record)).isInstanceOf(Invariant.Violation.class);
      }
      assertThat(log.endOffset()).isEqualTo(1);
    }
  }

  @Test
  void aCutIsDurableAndNeedsANewEpoch() {
    LogRecord first;
    LogRecord replacement;
    try (ReplicaLog log = open()) {
      log.beginEpoch(1);
      first = append(log, 2, "a");
      append(log, 3, "b");
      log.force();
      log.beginEpoch(2);
      append(log, 1, "c");
      log.truncate(2);
      assertThat(log.endOffset()).isEqualTo(2);
      assertThat(log.durableEndOffset()).isEqualTo(2);
      assertThat(log.lastRecordCrc()).isEqualTo(first.crc());
      assertThat(log.lastEpoch()).isEqualTo(2);
      assertThat(log.epochHistory()).containsExactly(new EpochStart(1, 0));
      assertThatThrownBy(() -> append(log, 1, "x")).isInstanceOf(Invariant.Violation.class);
    }
    try (ReplicaLog log = open()) {
      assertSame(readAll(log, 0), List.of(first));
      log.beginEpoch(3);
      replacement = append(log, 1, "d");
      log.force();
    }
    try (ReplicaLog log = open()) {
      assertSame(readAll(log, 0), List.of(first, replacement));
    }
  }

  @Test
  void aCutAtTheEndOrOfEverythingIsACut() {
    try (ReplicaLog log = open()) {
      log.beginEpoch(1);
      LogRecord first = append(log, 2, "a");
      log.truncate(2);
      assertSame(readAll(log, 0), List.of(first));
      assertThatThrownBy(() -> append(log, 1, "x")).isInstanceOf(Invariant.Violation.class);
      log.truncate(0);
      assertThat(log.endOffset()).isZero();
      assertThat(log.lastRecordCrc()).isZero();
      log.beginEpoch(2);
      LogRecord second = append(log, 1, "b");
      assertSame(readAll(log, 0), List.of(second));
    }
  }

  @Test
  void aCutInsideARecordOrOutsideTheLogIsRefused() {
    try (ReplicaLog log = open()) {
      log.beginEpoch(1);
      append(log, 2, "a");
      assertThatThrownBy(() -> log.truncate(1)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> log.truncate(3)).isInstanceOf(IllegalArgumentException.class);
      append(log, 1, "b");
      assertThat(log.endOffset()).isEqualTo(3);
    }
  }

  @Test
  void aReaderThatStoodInWhatWasCutIsTold() {
    try (ReplicaLog log = open()) {
      log.beginEpoch(1);
      append(log, 1, "a");
      append(log, 1, "b");
      try (ReplicaLog.Reader reader = log.read(0)) {
        reader.nextOrNull();
        reader.nextOrNull();
        log.truncate(1);
        log.beginEpoch(2);
        append(log, 1, "c");
        append(log, 1, "d");
        assertThatThrownBy(reader::nextOrNull).isInstanceOf(OffsetOutOfRangeException.class);
      }
    }
  }

  @Test
  void trimmingKeepsEverythingFromItsOffsetOn() {
    try (ReplicaLog log = open()) {
      for (int epoch = 1; epoch <= 4; epoch++) {
        log.beginEpoch(epoch);
        append(log, 10, "a" + epoch);
      }
      log.force();
      log.trim(25);
      assertThat(log.startOffset()).isLessThanOrEqualTo(25);
      assertThat(log.endOffset()).isEqualTo(40);
      assertThat(readAll(log, 25)).hasSize(2);
      log.trim(40);
      assertThat(log.endOffset()).isEqualTo(40);
      append(log, 1, "b");
      assertThat(readAll(log, 40)).hasSize(1);
    }
    try (ReplicaLog log = open()) {
      assertThat(log.lastEpoch()).isEqualTo(4);
      assertThat(log.endOffset()).isEqualTo(41);
    }
  }
}
