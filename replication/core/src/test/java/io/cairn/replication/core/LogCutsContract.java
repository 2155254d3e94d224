package io.cairn.replication.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.replication.core.ReplicaLog.EpochStart;
import io.cairn.replication.core.ReplicaLog.OffsetOutOfRangeException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ReplicaLog} does when it is cut, trimmed or reset, and what its readers see.
 */
abstract class LogCutsContract extends LogContractFixture {
  @Test
  void aCutIsDurableAndAppendsGoOnBehindIt() {
    LogRecord first;
    LogRecord second;
    LogRecord third;
    try (ReplicaLog log = open()) {
      first = append(log, 1, 2, "a");
      append(log, 1, 3, "b");
      log.force();
      append(log, 2, 1, "c");
      log.truncate(2);
      assertThat(log.endOffset()).isEqualTo(2);
      assertThat(log.durableEndOffset()).isEqualTo(2);
      assertThat(log.lastRecordCrc()).isEqualTo(first.crc());
      assertThat(log.lastEpoch()).isEqualTo(1);
      assertThat(log.epochHistory()).containsExactly(new EpochStart(1, 0));
    }
    try (ReplicaLog log = open()) {
      assertSame(readAll(log, 0), List.of(first));
      assertThat(log.lastEpoch()).isEqualTo(1);
      second = append(log, 1, 1, "d");
      log.force();
      assertThat(log.durableEndOffset()).isEqualTo(3);
      third = append(log, 3, 1, "e");
      assertThat(log.epochHistory()).containsExactly(new EpochStart(1, 0), new EpochStart(3, 3));
    }
    try (ReplicaLog log = open()) {
      assertSame(readAll(log, 0), List.of(first, second, third));
    }
  }

  @Test
  void aCutAtTheEndOrOfEverythingIsACut() {
    try (ReplicaLog log = open()) {
      LogRecord first = append(log, 5, 2, "a");
      log.truncate(2);
      assertThat(log.durableEndOffset()).isEqualTo(2);
      LogRecord second = append(log, 5, 2, "b");
      assertSame(readAll(log, 0), List.of(first, second));
      log.truncate(0);
      assertThat(log.endOffset()).isZero();
      assertThat(log.lastRecordCrc()).isZero();
      assertThat(log.lastEpoch()).isZero();
      assertThat(log.epochHistory()).isEmpty();
      LogRecord third = append(log, 2, 1, "c");
      assertSame(readAll(log, 0), List.of(third));
    }
  }

  @Test
  void aCutAtTheBeginningOfAnEpochEndsInTheOneBefore() {
    List<LogRecord> written = new ArrayList<>();
    try (ReplicaLog log = open()) {
      for (long epoch : new long[] {3, 3, 6, 6, 8}) {
        written.add(append(log, epoch, 2, "a"));
      }
      log.truncate(8);
      assertThat(log.epochHistory()).isEqualTo(historyOf(written.subList(0, 4), 0));
      log.truncate(4);
      assertThat(log.lastEpoch()).isEqualTo(3);
      assertThat(log.epochHistory()).containsExactly(new EpochStart(3, 0));
    }
    try (ReplicaLog log = open()) {
      assertThat(log.lastEpoch()).isEqualTo(3);
      assertThat(log.epochHistory()).containsExactly(new EpochStart(3, 0));
      append(log, 5, 1, "b");
      assertThat(log.epochHistory()).containsExactly(new EpochStart(3, 0), new EpochStart(5, 4));
    }
  }

  @Test
  void itIsCutAgainAndAgainAtTheSamePlace() {
    List<LogRecord> kept = new ArrayList<>();
    for (int life = 0; life < 3; life++) {
      try (ReplicaLog log = open()) {
        if (life == 0) {
          kept.add(append(log, 2, 1, "kept"));
        }
        for (int round = 0; round < 4; round++) {
          LogRecord first = append(log, 2, 1, "first" + life + round);
          LogRecord second = append(log, 2 + round % 2, 2, "second" + life + round);
          if (round % 2 == 0) {
            log.force();
          }
          assertSame(readAll(log, 0), List.of(kept.get(0), first, second));
          log.truncate(1);
          assertSame(readAll(log, 0), kept);
        }
        append(log, 2, 1, "last");
        log.truncate(1);
      }
    }
    try (ReplicaLog log = open()) {
      assertSame(readAll(log, 0), kept);
    }
  }

  @Test
  void aCutInsideARecordOrOutsideTheLogIsRefused() {
    try (ReplicaLog log = open()) {
      append(log, 1, 2, "a");
      assertThatThrownBy(() -> log.truncate(1)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> log.truncate(3)).isInstanceOf(IllegalArgumentException.class);
      append(log, 1, "b");
      assertThat(log.endOffset()).isEqualTo(3);
    }
  }

  private static void assertLost(ReplicaLog.Reader reader) {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(reader::nextOrNull).isInstanceOf(OffsetOutOfRangeException.class);
    }
  }

  private static void assertNext(ReplicaLog.Reader reader, LogRecord expected) {
    assertSame(List.of(Invariant.checkPresent(reader.nextOrNull(), "record")), List.of(expected));
  }

  @Test
  void aReaderThatStoodInWhatWasCutIsTold() {
    try (ReplicaLog log = open()) {
      append(log, 1, "a");
      append(log, 1, "b");
      try (ReplicaLog.Reader reader = log.read(0);
          ReplicaLog.Reader waiting = log.read(2)) {
        reader.nextOrNull();
        reader.nextOrNull();
        log.truncate(1);
        assertLost(waiting);
        append(log, 2, 1, "c");
        append(log, 2, 1, "d");
        assertLost(reader);
        assertLost(waiting);
      }
    }
  }

  @Test
  void aReaderThatStoodInWhatWasCutIsToldEvenIfTheSameRecordsCame() {
    try (ReplicaLog log = open()) {
      append(log, 1, "a");
      LogRecord second = append(log, 1, "b");
      try (ReplicaLog.Reader reader = log.read(0);
          ReplicaLog.Reader lower = log.read(0)) {
        reader.nextOrNull();
        reader.nextOrNull();
        lower.nextOrNull();
        log.truncate(1);
        log.append(second);
        log.truncate(2);
        LogRecord third = append(log, 1, "c");
        assertLost(reader);
        assertNext(lower, second);
        assertNext(lower, third);
      }
    }
  }

  @Test
  void aReaderBelowTheCutGoesOnWithWhatCameThere() {
    try (ReplicaLog log = open()) {
      LogRecord first = append(log, 1, 2, "a");
      append(log, 1, 3, "b");
      append(log, 1, 1, "c");
      try (ReplicaLog.Reader unmoved = log.read(0);
          ReplicaLog.Reader atCut = log.read(0)) {
        assertNext(atCut, first);
        log.truncate(2);
        assertThat(atCut.nextOrNull()).isNull();
        LogRecord second = append(log, 1, 3, "other");
        LogRecord third = append(log, 2, 3, "more");
        for (LogRecord expected : List.of(first, second, third)) {
          assertNext(unmoved, expected);
        }
        assertNext(atCut, second);
        log.truncate(5);
        assertLost(unmoved);
        LogRecord fourth = append(log, 2, 1, "again");
        assertNext(atCut, fourth);
        assertThat(atCut.nextOrNull()).isNull();
      }
    }
  }

  @Test
  void aReaderBelowATrimIsToldAndOneBehindItGoesOn() {
    try (ReplicaLog log = open()) {
      List<LogRecord> written = new ArrayList<>();
      for (int epoch = 1; epoch <= 4; epoch++) {
        written.add(append(log, epoch, 10, "a" + epoch));
      }
      log.force();
      try (ReplicaLog.Reader below = log.read(0);
          ReplicaLog.Reader within = log.read(15);
          ReplicaLog.Reader behind = log.read(20)) {
        assertNext(below, written.get(0));
        log.trim(20);
        assertThat(log.startOffset()).isEqualTo(20);
        assertLost(below);
        assertLost(within);
        assertNext(behind, written.get(2));
        assertNext(behind, written.get(3));
        assertThat(behind.nextOrNull()).isNull();
      }
    }
  }

  @Test
  void trimmingKeepsEverythingFromItsOffsetOn() {
    List<LogRecord> written = new ArrayList<>();
    try (ReplicaLog log = open()) {
      for (int epoch = 1; epoch <= 4; epoch++) {
        written.add(append(log, epoch, 10, "a" + epoch));
      }
      log.force();
      log.trim(25);
      assertThat(log.startOffset()).isLessThanOrEqualTo(25);
      assertThat(log.endOffset()).isEqualTo(40);
      assertThat(readAll(log, 25)).hasSize(2);
      assertThat(log.epochHistory()).isEqualTo(historyOf(written, log.startOffset()));
      log.trim(40);
      assertThat(log.endOffset()).isEqualTo(40);
      assertThat(log.lastEpoch()).isEqualTo(4);
      written.add(append(log, 1, "b"));
      assertThat(readAll(log, 40)).hasSize(1);
    }
    try (ReplicaLog log = open()) {
      assertThat(log.lastEpoch()).isEqualTo(4);
      assertThat(log.endOffset()).isEqualTo(41);
      assertThat(log.epochHistory()).isEqualTo(historyOf(written, log.startOffset()));
    }
  }

  @Test
  void aTrimmedLogSaysOfWhichEpochTheRecordBeforeItsStartWas() {
    List<EpochStart> expected = List.of(new EpochStart(2, 20), new EpochStart(5, 20));
    try (ReplicaLog log = open()) {
      append(log, 2, 20, "a");
      append(log, 5, 20, "b");
      log.force();
      log.trim(20);
      assertThat(log.startOffset()).isEqualTo(20);
      assertThat(log.epochHistory()).isEqualTo(expected);
    }
    try (ReplicaLog log = open()) {
      assertThat(log.epochHistory()).isEqualTo(expected);
      log.truncate(20);
      assertThat(log.lastEpoch()).isEqualTo(2);
      assertThat(log.epochHistory()).containsExactly(new EpochStart(2, 20));
    }
    try (ReplicaLog log = open()) {
      assertThat(log.startOffset()).isEqualTo(20);
      assertThat(log.endOffset()).isEqualTo(20);
      assertThat(log.lastEpoch()).isEqualTo(2);
      LogRecord tooOld = next(log, 1, 1, "x");
      assertThatThrownBy(() -> log.append(tooOld)).isInstanceOf(Invariant.Violation.class);
      append(log, 2, 1, "c");
      assertThat(log.epochHistory()).containsExactly(new EpochStart(2, 20));
    }
  }

  @Test
  void aResetLogIsEmptyAsIfAllHadBeenTrimmed() {
    LogRecord first;
    try (ReplicaLog log = open()) {
      append(log, 3, 5, "a");
      log.force();
      append(log, 3, 5, "b");
      log.reset(100, 77, 6);
      assertEmptyAt100(log);
    }
    try (ReplicaLog log = open()) {
      assertEmptyAt100(log);
      LogRecord tooOld = next(log, 5, 1, "x");
      assertThatThrownBy(() -> log.append(tooOld)).isInstanceOf(Invariant.Violation.class);
      first = append(log, 6, 3, "c");
      assertThat(log.epochHistory()).containsExactly(new EpochStart(6, 100));
      append(log, 7, 3, "d");
      assertThat(log.epochHistory())
          .containsExactly(new EpochStart(6, 100), new EpochStart(7, 103));
      assertThatThrownBy(() -> log.truncate(99)).isInstanceOf(IllegalArgumentException.class);
      log.truncate(103);
    }
    try (ReplicaLog log = open()) {
      assertSame(readAll(log, 100), List.of(first));
      log.truncate(100);
      assertEmptyAt100(log);
      append(log, 8, 3, "e");
      assertThat(log.epochHistory())
          .containsExactly(new EpochStart(6, 100), new EpochStart(8, 100));
    }
  }

  private static void assertEmptyAt100(ReplicaLog log) {
    assertThat(log.startOffset()).isEqualTo(100);
    assertThat(log.endOffset()).isEqualTo(100);
    assertThat(log.durableEndOffset()).isEqualTo(100);
    assertThat(log.lastRecordCrc()).isEqualTo(77);
    assertThat(log.lastEpoch()).isEqualTo(6);
    assertThat(log.epochHistory()).containsExactly(new EpochStart(6, 100));
    assertThat(readAll(log, 100)).isEmpty();
    assertThatThrownBy(() -> log.read(99)).isInstanceOf(OffsetOutOfRangeException.class);
    assertThatThrownBy(() -> log.read(101)).isInstanceOf(OffsetOutOfRangeException.class);
  }

  @Test
  void aLogMayBeResetToBelowItsStartAndToNothing() {
    try (ReplicaLog log = open()) {
      log.reset(100, 77, 6);
      append(log, 6, 3, "a");
      log.reset(50, 7, 2);
      LogRecord record = append(log, 2, 3, "b");
      assertSame(readAll(log, 50), List.of(record));
      log.reset(0, 0, 0);
      assertThat(log.lastEpoch()).isZero();
      assertThat(log.lastRecordCrc()).isZero();
      assertThat(log.epochHistory()).isEmpty();
    }
    try (ReplicaLog log = open()) {
      assertThat(log.endOffset()).isZero();
      LogRecord record = append(log, 1, 3, "c");
      assertSame(readAll(log, 0), List.of(record));
    }
  }

  @Test
  void aLogCannotBeginBehindARecordThatCannotBe() {
    try (ReplicaLog log = open()) {
      LogRecord first = append(log, 1, "a");
      for (Runnable wrong :
          List.<Runnable>of(
              () -> log.reset(-1, 0, 1),
              () -> log.reset(0, 5, 0),
              () -> log.reset(0, 0, 1),
              () -> log.reset(5, 5, 0))) {
        assertThatThrownBy(wrong::run).isInstanceOf(IllegalArgumentException.class);
      }
      assertSame(readAll(log, 0), List.of(first));
    }
  }

  @Test
  void aResetIsToldToEveryReader() {
    try (ReplicaLog log = open()) {
      LogRecord first = append(log, 1, "a");
      append(log, 1, "b");
      try (ReplicaLog.Reader unmoved = log.read(0);
          ReplicaLog.Reader atStart = log.read(1)) {
        log.reset(1, first.crc(), first.epoch());
        assertLost(unmoved);
        assertLost(atStart);
        LogRecord other = append(log, 1, "other");
        assertLost(atStart);
        assertSame(readAll(log, 1), List.of(other));
      }
    }
  }
}
