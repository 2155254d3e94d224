package io.cairn.replication.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.Operation;
import io.cairn.replication.core.ReplicaLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

/** Random lives of a log, with kills, power cuts and forces that fail, against a list. */
final class ChronicleLogProperties {

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void aLogKeepsWhatItForcedThroughEveryPowerCut(
      @ForAll long seed, @ForAll @IntRange(min = 10, max = 60) int steps) throws IOException {
    Path directory = Files.createTempDirectory("cairn-log-properties");
    try (Life life = new Life(directory, new Random(seed))) {
      for (int i = 0; i < steps; i++) {
        life.step();
      }
      life.reopen(Life.End.POWER_CUT);
    } finally {
      deleteTree(directory);
    }
  }

  private static void deleteTree(Path directory) throws IOException {
    for (Path path : Directories.list(directory)) {
      if (Files.isDirectory(path)) {
        deleteTree(path);
      } else {
        Files.delete(path);
      }
    }
    Files.delete(directory);
  }

  private static final class Life implements AutoCloseable {
    private final Path root;
    private final Random random;
    private Path directory;
    private CrashDisk disk = new CrashDisk();
    private ReplicaLog log;
    private int generation;

    private final List<LogRecord> model = new ArrayList<>();

    /** The record before the first of the model. */
    private int crcBefore;

    private long epochBefore;

    Life(Path root, Random random) {
      this.root = root;
      this.random = random;
      directory = root.resolve("log-0");
      log = ChronicleLog.open(directory, TestLogs.SMALL, disk);
    }

    void step() throws IOException {
      switch (random.nextInt(20)) {
        case 0 -> reset();
        case 1, 2 -> reopen(End.POWER_CUT);
        case 3 -> reopen(End.CLOSE);
        case 4 -> reopen(End.KILL);
        case 5 -> reopen(End.FAILED_FORCE);
        case 6, 7 -> truncate();
        case 8 -> trim();
        case 9, 10, 11 -> log.force();
        default -> append();
      }
      assertThat(log.endOffset()).isEqualTo(modelEnd());
      checkEpochs();
    }

    private long modelEnd() {
      return model.isEmpty() ? log.startOffset() : model.get(model.size() - 1).endOffset();
    }

    private void checkEpochs() {
      List<ReplicaLog.EpochStart> history = new ArrayList<>();
      long epoch = epochBefore;
      if (log.startOffset() > 0) {
        history.add(new ReplicaLog.EpochStart(epoch, log.startOffset()));
      }
      for (LogRecord record : model) {
        if (record.epoch() != epoch) {
          epoch = record.epoch();
          history.add(new ReplicaLog.EpochStart(epoch, record.baseOffset()));
        }
      }
      assertThat(log.epochHistory()).isEqualTo(history);
      assertThat(log.lastEpoch()).isEqualTo(epoch);
    }

    private void reset() {
      long start = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(1_000);
      crcBefore = start == 0 ? 0 : random.nextInt();
      epochBefore = start == 0 ? 0 : 1 + random.nextInt(5);
      log.reset(start, crcBefore, epochBefore);
      model.clear();
    }

    private void append() {
      long newer = random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 0;
      long epoch = Math.max(1, log.lastEpoch() + newer);
      int records = 1 + random.nextInt(random.nextInt(10) == 0 ? 60 : 4);
      for (int i = 0; i < records; i++) {
        byte[] value = new byte[random.nextInt(random.nextInt(4) == 0 ? 12_000 : 300)];
        random.nextBytes(value);
        List<byte[]> operations = new ArrayList<>();
        for (int j = random.nextInt(3); j >= 0; j--) {
          Operation.ByteSource key = Operation.ByteSource.of(new byte[] {(byte) j});
          Operation.ByteSource text =
              Operation.ByteSource.of(j == 0 ? value : new byte[] {1, 2, 3});
          operations.add(Operation.put(key, text, Operation.NO_CLIENT, 0));
        }
        LogRecord record =
            LogRecord.of(
                LogRecord.Type.DATA,
                epoch,
                log.endOffset(),
                log.lastRecordCrc(),
                random.nextLong(),
                operations);
        log.append(record);
        model.add(record);
      }
    }

    private void truncate() {
      if (!model.isEmpty()) {
        int kept = random.nextInt(model.size() + 1);
        long end = kept == model.size() ? modelEnd() : model.get(kept).baseOffset();
        log.truncate(end);
        model.subList(kept, model.size()).clear();
      }
    }

    private void trim() {
      log.force();
      log.trim(log.startOffset() + random.nextInt((int) (modelEnd() - log.startOffset()) + 1));
      long start = log.startOffset();
      while (!model.isEmpty() && model.get(0).endOffset() <= start) {
        LogRecord trimmed = model.remove(0);
        crcBefore = trimmed.crc();
        epochBefore = trimmed.epoch();
      }
      if (!model.isEmpty()) {
        assertThat(model.get(0).baseOffset()).isEqualTo(start);
      }
    }

    /** How a process may end. What it wrote is in memory, until the power is cut. */
    enum End {
      CLOSE,
      KILL,
      FAILED_FORCE,
      POWER_CUT
    }

    void reopen(End how) throws IOException {
      long durable = how == End.POWER_CUT ? log.durableEndOffset() : modelEnd();
      long start = log.startOffset();
      if (how == End.POWER_CUT) {
        generation++;
        Path next = root.resolve("log-" + generation);
        disk.cutPower(directory, next, random);
        try {
          log.close();
        } catch (ReplicaLog.LogFailedException e) {
          // The disk is dead.
        }
        disk.close();
        deleteTree(directory);
        directory = next;
        disk = CrashDisk.of(directory);
      } else if (how == End.CLOSE) {
        log.close();
      } else {
        disk.failNextForce(how == End.FAILED_FORCE);
        if (how == End.FAILED_FORCE) {
          forceOrFail();
        }
        log.abandon();
        disk.failNextForce(false);
      }
      log = ChronicleLog.open(directory, TestLogs.SMALL, disk);
      long end = log.endOffset();
      assertThat(end).as("durable end").isGreaterThanOrEqualTo(durable);
      assertThat(log.durableEndOffset()).isEqualTo(end);
      model.removeIf(record -> record.baseOffset() >= end);
      assertThat(end).isEqualTo(modelEnd());
      assertThat(log.startOffset()).isEqualTo(start);
      assertThat(log.lastRecordCrc())
          .isEqualTo(model.isEmpty() ? crcBefore : model.get(model.size() - 1).crc());
      checkEpochs();
      checkContents();
      LogInspector.Summary summary = LogInspector.inspect(directory, new LogInspector.Visitor() {});
      assertThat(summary.corruptions()).isZero();
      assertThat(summary.records()).isEqualTo(model.size());
      assertThat(summary.lastEpoch()).isEqualTo(log.lastEpoch());
    }

    private void forceOrFail() {
      try {
        log.force();
      } catch (ReplicaLog.LogFailedException e) {
        // As planned.
      }
    }

    private void checkContents() {
      try (ReplicaLog.Reader reader = log.read(log.startOffset())) {
        for (LogRecord expected : model) {
          LogRecord actual = reader.nextOrNull();
          assertThat(actual).isNotNull();
          assertThat(Arrays.equals(actual.bytes(), expected.bytes())).isTrue();
        }
        assertThat(reader.nextOrNull()).isNull();
      }
    }

    @Override
    public void close() throws IOException {
      log.close();
      disk.close();
    }
  }
}
