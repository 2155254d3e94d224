package io.cairn.replication.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.LogSpace;
import io.cairn.replication.core.ReplicaLog.LogFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.openhft.chronicle.core.Jvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fails is final, is told, and is never acknowledged. */
final class FailureTest {
  @TempDir Path root;
  private final FaultyDisk disk = new FaultyDisk();

  private ChronicleLog openWithOneDurableRecord() {
    ChronicleLog log = ChronicleLog.open(root.resolve("log"), TestLogs.SMALL, disk);
    TestLogs.append(log, 100);
    log.force();
    TestLogs.append(log, 100);
    return log;
  }

  private void assertFailedForGood(ChronicleLog log, long durableEndOffset) {
    disk.failWith(null);
    synchronized (disk) {
      disk.forces.clear();
    }
    LogRecord next = TestLogs.next(log, 10);
    for (Runnable call :
        List.<Runnable>of(
            log::checkUsable,
            log::force,
            () -> log.append(next),
            () -> log.reset(9, 0, 1),
            () -> log.truncate(log.startOffset()),
            () -> log.trim(1),
            () -> log.read(0))) {
      assertThatThrownBy(call::run)
          .isInstanceOf(LogFailedException.class)
          .hasMessageContaining("has failed before");
    }
    assertThat(log.durableEndOffset()).isEqualTo(durableEndOffset);
    assertThat(log.space()).as("a failure is not a full disk").isEqualTo(LogSpace.AVAILABLE);
    log.close();
    assertThat(disk.forces).as("no force is tried again").isEmpty();
  }

  @Test
  void aFailedForceIsFinal() {
    ChronicleLog log = openWithOneDurableRecord();
    disk.failWith(new IOException("Input/output error"));
    assertThatThrownBy(log::force)
        .isInstanceOf(LogFailedException.class)
        .hasMessageContaining("Input/output error");
    assertFailedForGood(log, 1);
  }

  @Test
  void anInternalErrorIsFinal() {
    ChronicleLog log = openWithOneDurableRecord();
    disk.failWith(new InternalError("a fault occurred in an unsafe memory access operation"));
    assertThatThrownBy(log::force).isInstanceOf(LogFailedException.class);
    assertFailedForGood(log, 1);
  }

  @Test
  void anInterruptIsFinalAndTouchesNoFile() {
    ChronicleLog log = openWithOneDurableRecord();
    disk.forces.clear();
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(log::force)
          .isInstanceOf(LogFailedException.class)
          .hasMessageContaining("interrupted");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(disk.forces).isEmpty();
    assertFailedForGood(log, 1);
  }

  @Test
  void anErrorThatTheLibraryOnlyLogsIsFinal() {
    ChronicleLog log = openWithOneDurableRecord();
    Jvm.error().on(getClass(), "could not unmap something else");
    log.force();
    Jvm.error().on(getClass(), "could not unmap " + root.resolve("log") + "/seg-1-1-0/x.cq4");
    assertThatThrownBy(() -> TestLogs.append(log, 10))
        .isInstanceOf(LogFailedException.class)
        .hasMessageContaining("could not unmap");
    assertFailedForGood(log, 2);
  }

  @Test
  void aFailureInTheBackgroundIsFinalAndFoundWithoutAnAppend() {
    disk.failBackground("Input/output error");
    ChronicleLog log = ChronicleLog.open(root.resolve("log"), TestLogs.SMALL, disk);
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(log::checkUsable)
                    .isInstanceOf(LogFailedException.class)
                    .hasMessageContaining("Input/output error"));
    assertFailedForGood(log, 0);
  }

  /** One write that fails may be tried again, a force not. */
  @Test
  void aForceInTheBackgroundThatFailedIsFinal() {
    disk.failBackgroundForces("Input/output error");
    ChronicleLog log = ChronicleLog.open(root.resolve("log"), TestLogs.SMALL, disk);
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> TestLogs.append(log, 10))
                    .isInstanceOf(LogFailedException.class)
                    .hasMessageContaining("ahead of its use")
                    .hasMessageContaining("Input/output error"));
    assertFailedForGood(log, 0);
  }

  @Test
  void theThreadInTheBackgroundIsNamedAfterTheShardsDirectory() {
    try (ChronicleLog log = ChronicleLog.open(root.resolve("7/log"), TestLogs.SMALL, disk)) {
      assertThat(log.space()).isEqualTo(LogSpace.AVAILABLE);
      assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
          .contains("cairn-log-files-7/log");
    }
  }

  @Test
  void anAbandonedLogForcesAndWritesNothingMore() throws IOException {
    ChronicleLog log = openWithOneDurableRecord();
    Path manifest = root.resolve("log").resolve(ManifestFile.NAME);
    String before = Files.readString(manifest);
    disk.forces.clear();
    log.abandon();
    log.close();
    assertThat(disk.forces).isEmpty();
    assertThat(Files.readString(manifest)).isEqualTo(before).contains(" open");
    assertThatThrownBy(log::force).isInstanceOf(LogFailedException.class);
  }

  @Test
  void aClosedLogTakesNothing() {
    ChronicleLog log = openWithOneDurableRecord();
    LogRecord next = TestLogs.next(log, 10);
    log.close();
    for (Runnable call :
        List.<Runnable>of(
            log::force,
            () -> log.append(next),
            () -> log.truncate(0),
            () -> log.reset(9, 0, 1),
            () -> log.trim(1))) {
      assertThatThrownBy(call::run)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is closed");
    }
  }

  @Test
  void aFailureInsideAnAppendIsFinal() {
    disk.usableBytes(0); // so that nobody fills ahead of the append
    ChronicleLog log = openWithOneDurableRecord();
    disk.failWith(new IOException("Input/output error"));
    assertThatThrownBy(
            () -> {
              while (log.endOffset() < 1_000) {
                TestLogs.append(log, 10_000);
              }
            })
        .isInstanceOf(LogFailedException.class)
        .hasMessageContaining("append of")
        .hasMessageContaining("Input/output error");
    disk.failWith(null);
    disk.usableBytes(Long.MAX_VALUE);
    await().until(() -> log.space() == LogSpace.AVAILABLE);
    assertFailedForGood(log, 1);
  }

  @Test
  void aFailureWhileASegmentIsSealedIsFinal() {
    ChronicleLog log = openWithOneDurableRecord();
    disk.failWith(new IOException("Input/output error"));
    assertThatThrownBy(() -> TestLogs.append(log, 2, 10)).isInstanceOf(LogFailedException.class);
    assertFailedForGood(log, 1);
  }

  @Test
  void beforeTheFirstAcknowledgementEverythingThatMakesItFindableIsForced() {
    try (ChronicleLog log = ChronicleLog.open(root.resolve("log"), TestLogs.SMALL, disk)) {
      TestLogs.append(log, 100);
      disk.forces.clear();
      log.force();
      assertThat(disk.forces)
          .containsExactly(
              Segment.CYCLE_FILE + "+", Segment.METADATA_FILE + "+", "seg-1-1-0/", "log/");
      disk.forces.clear();
      TestLogs.append(log, 100);
      TestLogs.append(log, 100);
      log.force();
      log.force();
      assertThat(disk.forces).as("one force for a group").containsExactly(Segment.CYCLE_FILE);
    }
  }

  @Test
  void spaceFallsByLevelsAndReturns() {
    try (ChronicleLog log = ChronicleLog.open(root.resolve("log"), TestLogs.SMALL, disk)) {
      long reserve = TestLogs.SMALL.reserveBytes();
      disk.usableBytes(reserve - 1);
      await().until(() -> log.space() == LogSpace.DELETES_ONLY);
      disk.usableBytes(reserve / 4 - 1);
      await().until(() -> log.space() == LogSpace.EXHAUSTED);
      disk.usableBytes(reserve);
      await().until(() -> log.space() == LogSpace.AVAILABLE);
    }
  }

  @Test
  void whenNobodyCanTellTheSpaceTheLastAnswerStays() {
    try (ChronicleLog log = ChronicleLog.open(root.resolve("log"), TestLogs.SMALL, disk)) {
      disk.usableBytes(TestLogs.SMALL.reserveBytes() - 1);
      await().until(() -> log.space() == LogSpace.DELETES_ONLY);
      disk.spaceUnknown(true);
      disk.usableBytes(Long.MAX_VALUE);
      int asked = disk.spaceAsked();
      await().until(() -> disk.spaceAsked() >= asked + 2);
      log.checkUsable();
      assertThat(log.space()).isEqualTo(LogSpace.DELETES_ONLY);
      disk.spaceUnknown(false);
      await().until(() -> log.space() == LogSpace.AVAILABLE);
    }
  }

  @Test
  void aManifestNeedsNoRoomForTheNextOne() {
    try (ChronicleLog log = ChronicleLog.open(root.resolve("log"), TestLogs.SMALL, disk)) {
      disk.failSpare();
      TestLogs.append(log, 100);
      log.force();
      assertThat(log.durableEndOffset()).isEqualTo(1);
    }
  }

  /** When the space is looked at after the error, the disk need not be full any more. */
  @Test
  void aDiskThatWasFullForAMomentPasses() {
    disk.failBackgroundOnce("No space left on device");
    try (ChronicleLog log = ChronicleLog.open(root.resolve("log"), TestLogs.SMALL, disk)) {
      await().until(() -> !disk.failsBackground());
      int asked = disk.spaceAsked();
      await().until(() -> disk.spaceAsked() >= asked + 4);
      TestLogs.append(log, 100);
      log.force();
      assertThat(log.durableEndOffset()).isEqualTo(1);
    }
  }

  @Test
  void aDiskThatIsFullWhileFillingAheadPassesInAnyLanguage() {
    disk.failBackground("Auf dem Gerät ist kein Speicherplatz mehr verfügbar");
    disk.fullOnceFailed();
    try (ChronicleLog log = ChronicleLog.open(root.resolve("log"), TestLogs.SMALL, disk)) {
      await().until(() -> log.space() == LogSpace.EXHAUSTED);
      disk.failBackground(null);
      disk.usableBytes(Long.MAX_VALUE);
      await().until(() -> log.space() == LogSpace.AVAILABLE);
      for (int i = 0; i < 100; i++) {
        TestLogs.append(log, 10_000);
      }
      log.force();
      assertThat(log.durableEndOffset()).isEqualTo(100);
    }
  }
}
