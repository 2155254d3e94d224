package io.cairn.replication.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.replication.core.ReplicaLog.EpochStart;
import io.cairn.replication.core.ReplicaLog.OffsetOutOfRangeException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link ReplicaLog} does, the real one and those of simulators. */
public abstract class ReplicaLogContract extends LogCutsContract {
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
      LogRecord first = append(log, 3, 1, "a");
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
      append(log, 1, 3, "a");
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
      try (ReplicaLog.Reader reader = log.read(0)) {
        assertThat(reader.nextOrNull()).isNull();
        LogRecord first = append(log, 1, 2, "a");
        assertSame(List.of(Invariant.checkPresent(reader.nextOrNull(), "record")), List.of(first));
        assertThat(reader.nextOrNull()).isNull();
        LogRecord second = append(log, 2, 2, "b");
        assertSame(List.of(Invariant.checkPresent(reader.nextOrNull(), "record")), List.of(second));
      }
    }
  }

  @Test
  void offsetsOutsideAreRefused() {
    try (ReplicaLog log = open()) {
      append(log, 1, 2, "a");
      assertThatThrownBy(() -> log.read(3)).isInstanceOf(OffsetOutOfRangeException.class);
      assertThatThrownBy(() -> log.read(-1)).isInstanceOf(OffsetOutOfRangeException.class);
    }
  }

  @Test
  void aReopenedLogHoldsWhatWasForcedAndSaysItIsDurable() {
    List<LogRecord> written = new ArrayList<>();
    try (ReplicaLog log = open()) {
      written.add(append(log, 4, 2, "a"));
      written.add(append(log, 1, "b"));
      log.force();
    }
    try (ReplicaLog log = open()) {
      assertThat(log.endOffset()).isEqualTo(3);
      assertThat(log.durableEndOffset()).isEqualTo(3);
      assertThat(log.lastEpoch()).isEqualTo(4);
      assertThat(log.lastRecordCrc()).isEqualTo(written.get(1).crc());
      assertSame(readAll(log, 0), written);
      written.add(append(log, 5, 1, "c"));
      log.force();
    }
    try (ReplicaLog log = open()) {
      assertSame(readAll(log, 0), written);
      assertThat(log.epochHistory()).containsExactly(new EpochStart(4, 0), new EpochStart(5, 3));
    }
  }

  @Test
  void anEpochLastsUntilTheNextOneBegins() {
    List<LogRecord> written = new ArrayList<>();
    try (ReplicaLog log = open()) {
      written.add(append(log, 4, 1, "a"));
      written.add(append(log, 4, 2, "b"));
      written.add(append(log, 7, 2, "c"));
      assertThat(log.lastEpoch()).isEqualTo(7);
      assertThat(log.epochHistory()).containsExactly(new EpochStart(4, 0), new EpochStart(7, 3));
    }
    for (long epoch : new long[] {7, 9}) {
      try (ReplicaLog log = open()) {
        assertThat(log.lastEpoch()).isEqualTo(7);
        written.add(append(log, epoch, 3, "d"));
        assertThat(log.epochHistory()).isEqualTo(historyOf(written, 0));
        assertSame(readAll(log, 0), written);
      }
    }
    try (ReplicaLog log = open()) {
      assertThat(log.epochHistory())
          .containsExactly(new EpochStart(4, 0), new EpochStart(7, 3), new EpochStart(9, 8));
      assertThat(historyOf(written, 0)).isEqualTo(log.epochHistory());
    }
  }

  @Test
  void onlyARecordThatContinuesTheLogIsAppended() {
    try (ReplicaLog log = open()) {
      append(log, 2, 1, "a");
      List<byte[]> operations = List.of(Operation.noOp());
      LogRecord.Type type = LogRecord.Type.DATA;
      int crc = log.lastRecordCrc();
      List<LogRecord> wrong =
          List.of(
              LogRecord.of(type, 1, 1, crc, 0, operations),
              LogRecord.of(type, 0, 1, crc, 0, operations),
              LogRecord.of(type, 2, 0, crc, 0, operations),
              LogRecord.of(type, 2, 2, crc, 0, operations),
              LogRecord.of(type, 2, 1, crc + 1, 0, operations));
      for (LogRecord record : wrong) {
        assertThatThrownBy(() -> log.append(record)).isInstanceOf(Invariant.Violation.class);
      }
      assertThat(log.endOffset()).isEqualTo(1);
      log.append(LogRecord.of(type, 3, 1, crc, 0, operations));
      assertThat(log.lastEpoch()).isEqualTo(3);
    }
  }

  @Test
  void theFirstRecordIsOfAnEpochToo() {
    try (ReplicaLog log = open()) {
      LogRecord wrong = next(log, 0, 1, "a");
      assertThatThrownBy(() -> log.append(wrong)).isInstanceOf(Invariant.Violation.class);
    }
  }
}
