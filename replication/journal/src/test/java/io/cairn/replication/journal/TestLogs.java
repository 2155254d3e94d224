package io.cairn.replication.journal;

import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.Operation;
import io.cairn.replication.core.ReplicaLog;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Logs that are quick to fill and to copy, and what to write to them. */
final class TestLogs {
  /** Segments of 256 KiB, of which the library takes some, little memory, and no retention. */
  static final JournalOptions SMALL =
      new JournalOptions(256 << 10, 64 << 10, 16_000, 0, 512 << 10, 128 << 10, 64 << 10);

  /** The same without records in memory, so that readers go to the files. */
  static final JournalOptions FILES_ONLY =
      new JournalOptions(256 << 10, 64 << 10, 16_000, 0, 512 << 10, 128 << 10, 0);

  /** A disk whose forces take no time and help against nothing. */
  static final Disk UNSAFE =
      new Disk() {
        @Override
        public void force(FileChannel channel, Path file, boolean metadata) {}

        @Override
        public void forceDirectory(Path directory) {}
      };

  private TestLogs() {}

  /**
   * The record that belongs at the log's end, of its last epoch: its value is made from its offset
   * alone.
   */
  static LogRecord next(ReplicaLog log, int valueBytes) {
    return next(log, lastEpoch(log), valueBytes);
  }

  static LogRecord next(ReplicaLog log, long epoch, int valueBytes) {
    return nextOf(log, epoch, operation(log.endOffset(), valueBytes));
  }

  /** The same with a value of the caller's. */
  static LogRecord nextWith(ReplicaLog log, byte[] value) {
    return nextOf(log, lastEpoch(log), operation(log.endOffset(), value));
  }

  private static long lastEpoch(ReplicaLog log) {
    return Math.max(1, log.lastEpoch());
  }

  private static LogRecord nextOf(ReplicaLog log, long epoch, byte[] operation) {
    return LogRecord.of(
        LogRecord.Type.DATA,
        epoch,
        log.endOffset(),
        log.lastRecordCrc(),
        1_000,
        List.of(operation));
  }

  static byte[] operation(long offset, int valueBytes) {
    byte[] value = new byte[valueBytes];
    new Random(offset).nextBytes(value);
    return operation(offset, value);
  }

  private static byte[] operation(long offset, byte[] value) {
    Operation.ByteSource key =
        Operation.ByteSource.of(
            Long.toString(offset).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    return Operation.put(key, Operation.ByteSource.of(value), Operation.NO_CLIENT, 0);
  }

  static LogRecord append(ReplicaLog log, int valueBytes) {
    LogRecord record = next(log, valueBytes);
    log.append(record);
    return record;
  }

  static LogRecord append(ReplicaLog log, long epoch, int valueBytes) {
    LogRecord record = next(log, epoch, valueBytes);
    log.append(record);
    return record;
  }

  static List<LogRecord> read(ReplicaLog log, long fromOffset) {
    List<LogRecord> records = new ArrayList<>();
    try (ReplicaLog.Reader reader = log.read(fromOffset)) {
      for (LogRecord record = reader.nextOrNull(); record != null; record = reader.nextOrNull()) {
        records.add(record);
      }
    }
    return records;
  }

  static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    for (Path path : Directories.list(from)) {
      Path target = to.resolve(path.getFileName().toString());
      if (Files.isDirectory(path)) {
        copy(path, target);
      } else {
        Files.copy(path, target);
      }
    }
  }

  static void delete(Path directory) throws IOException {
    for (Path path : Directories.list(directory)) {
      if (Files.isDirectory(path)) {
        delete(path);
      } else {
        Files.delete(path);
      }
    }
    Files.delete(directory);
  }
}
