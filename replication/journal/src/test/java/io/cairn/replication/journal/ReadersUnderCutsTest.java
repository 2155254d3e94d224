package io.cairn.replication.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.Operation;
import io.cairn.replication.core.ReplicaLog;
import io.cairn.replication.core.ReplicaLog.OffsetOutOfRangeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Readers race a log thread that cuts, appends other records, trims and resets. No reader may take
 * that for damage, nor see a record that was cut before it asked.
 */
final class ReadersUnderCutsTest {
  private static final int ROUNDS = 150;
  private static final int READERS = 2;
  private static final int MAX_OFFSETS = 20_000;

  @TempDir Path root;
  private volatile boolean over;
  private final AtomicLong recordsRead = new AtomicLong();

  /**
   * By offset: the round, written to each record as its time, that what is there is at least of.
   */
  private final AtomicLongArray leastRounds = new AtomicLongArray(MAX_OFFSETS);

  @Test
  void recordsComeFromFiles() {
    race(TestLogs.FILES_ONLY);
  }

  @Test
  void recordsComeFromMemory() {
    race(TestLogs.SMALL);
  }

  private void race(JournalOptions options) {
    ExecutorService threads = Executors.newFixedThreadPool(READERS);
    try (ChronicleLog log = ChronicleLog.open(root.resolve("log"), options, TestLogs.UNSAFE)) {
      List<CompletableFuture<Void>> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        Random random = new Random(i);
        readers.add(CompletableFuture.runAsync(() -> readUntilOver(log, random), threads));
      }
      Random random = new Random(7);
      for (int round = 1; round <= ROUNDS && !anyDone(readers); round++) {
        change(log, round, random);
      }
      over = true;
      readers.forEach(CompletableFuture::join);
      assertThat(recordsRead.get()).isGreaterThan(ROUNDS);
    } finally {
      over = true;
      threads.shutdown();
    }
  }

  private static boolean anyDone(List<CompletableFuture<Void>> readers) {
    return readers.stream().anyMatch(CompletableFuture::isDone);
  }

  private void change(ChronicleLog log, int round, Random random) {
    long first = log.endOffset();
    for (int i = random.nextInt(60); i >= 0; i--) {
      byte[] operation = TestLogs.operation(round, random.nextInt(3_000));
      List<byte[]> operations = new ArrayList<>(List.of(operation));
      if (random.nextBoolean()) {
        operations.add(Operation.noOp());
      }
      log.append(
          LogRecord.of(
              LogRecord.Type.DATA,
              1 + round / 50,
              log.endOffset(),
              log.lastRecordCrc(),
              round,
              operations));
    }
    if (round % 30 == 0) {
      long start = first + random.nextInt(10);
      log.reset(start, random.nextInt(), log.lastEpoch());
      mustBeNewer(0, round);
    } else if (round % 15 == 0) {
      log.force();
      log.trim(log.endOffset());
    } else {
      List<LogRecord> records = TestLogs.read(log, log.startOffset());
      long end = records.get(random.nextInt(records.size())).baseOffset();
      log.truncate(end);
      mustBeNewer(end, round);
    }
  }

  private void mustBeNewer(long fromOffset, int round) {
    for (int at = (int) fromOffset; at < MAX_OFFSETS; at++) {
      leastRounds.setRelease(at, round + 1);
    }
  }

  private void readUntilOver(ChronicleLog log, Random random) {
    while (!over) {
      try (ReplicaLog.Reader reader = log.read(log.startOffset() + random.nextInt(3))) {
        readUntilOver(reader);
      } catch (OffsetOutOfRangeException e) {
        // As it should be; on to the next.
      }
    }
  }

  private void readUntilOver(ReplicaLog.Reader reader) {
    LogRecord last = null;
    while (!over) {
      long leastRound = last == null ? 0 : leastRounds.getAcquire((int) last.endOffset());
      LogRecord record = reader.nextOrNull();
      if (record == null) {
        Thread.onSpinWait();
        continue;
      }
      if (last != null) {
        require(record.baseOffset() == last.endOffset(), "a gap", last, record);
        require(record.previousCrc() == last.crc(), "a change of history", last, record);
        require(record.timestampMillis() >= leastRound, "what was cut", last, record);
      }
      last = record;
      recordsRead.incrementAndGet();
    }
  }

  private static void require(boolean holds, String otherwise, LogRecord last, LogRecord record) {
    if (!holds) {
      throw new IllegalStateException("read " + otherwise + ": " + last + ", " + record);
    }
  }
}
