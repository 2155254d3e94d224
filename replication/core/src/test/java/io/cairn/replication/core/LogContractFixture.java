package io.cairn.replication.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.replication.core.ReplicaLog.EpochStart;
import java.util.ArrayList;
import java.util.List;

/** The log of a contract, and what to write to it. */
abstract class LogContractFixture {

  /**
   * Opens the log of this test: empty the first time, afterwards with what it held when it was
   * closed. It need not keep records that are trimmed.
   */
  protected abstract ReplicaLog open();

  /** A record of this many operations that continues the log, in its last epoch. */
  static LogRecord next(ReplicaLog log, int count, String text) {
    return next(log, Math.max(1, log.lastEpoch()), count, text);
  }

  static LogRecord next(ReplicaLog log, long epoch, int count, String text) {
    List<byte[]> operations = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Operation.ByteSource bytes = Operation.ByteSource.of((text + i).getBytes(UTF_8));
      operations.add(Operation.put(bytes, bytes, Operation.NO_CLIENT, 0));
    }
    return LogRecord.of(
        LogRecord.Type.DATA, epoch, log.endOffset(), log.lastRecordCrc(), 1_000, operations);
  }

  static LogRecord append(ReplicaLog log, int count, String text) {
    LogRecord record = next(log, count, text);
    log.append(record);
    return record;
  }

  static LogRecord append(ReplicaLog log, long epoch, int count, String text) {
    LogRecord record = next(log, epoch, count, text);
    log.append(record);
    return record;
  }

  /** What {@link ReplicaLog#epochHistory} says of these records, with what is trimmed of them. */
  static List<EpochStart> historyOf(List<LogRecord> all, long startOffset) {
    List<EpochStart> history = new ArrayList<>();
    for (LogRecord record : all) {
      EpochStart start = new EpochStart(record.epoch(), Math.max(startOffset, record.baseOffset()));
      if (record.endOffset() == startOffset
          || (record.baseOffset() >= startOffset
              && (history.isEmpty()
                  || history.get(history.size() - 1).epoch() != record.epoch()))) {
        history.add(start);
      }
    }
    return history;
  }

  static List<LogRecord> readAll(ReplicaLog log, long fromOffset) {
    List<LogRecord> records = new ArrayList<>();
    try (ReplicaLog.Reader reader = log.read(fromOffset)) {
      for (LogRecord record = reader.nextOrNull(); record != null; record = reader.nextOrNull()) {
        records.add(record);
      }
    }
    return records;
  }

  /** Compares records by their bytes. */
  static void assertSame(List<LogRecord> actual, List<LogRecord> expected) {
    assertThat(actual.stream().map(LogRecord::bytes).toList())
        .usingElementComparator(java.util.Arrays::compare)
        .containsExactlyElementsOf(expected.stream().map(LogRecord::bytes).toList());
  }
}
