package io.cairn.replication.simulator;

import io.cairn.replication.core.Invariant;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.LogSpace;
import io.cairn.replication.core.ReplicaLog;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A log on a {@link SimulatedDisk}. It keeps whole records below a trim, and nothing else. */
public class SimulatedLog implements ReplicaLog {
  /** A cut below every reader. */
  private static final long RESET = -1;

  private final SimulatedDisk disk;
  private final List<LogRecord> records;

  /** Where this log was cut off, one after the other. */
  private final List<Long> cuts = new ArrayList<>();

  /** Opens what a crash or a close has left. */
  public SimulatedLog(SimulatedDisk disk) {
    this.disk = disk;
    records = disk.recover();
  }

  @Override
  public long startOffset() {
    return disk.startOffset;
  }

  @Override
  public long endOffset() {
    return records.isEmpty() ? disk.startOffset : last().endOffset();
  }

  @Override
  public long durableEndOffset() {
    return disk.forcedEndOffset;
  }

  @Override
  public int lastRecordCrc() {
    return records.isEmpty() ? disk.crcBeforeStart : last().crc();
  }

  private LogRecord last() {
    return records.get(records.size() - 1);
  }

  @Override
  public long lastEpoch() {
    return records.isEmpty() ? disk.epochBeforeStart : last().epoch();
  }

  @Override
  public List<EpochStart> epochHistory() {
    List<EpochStart> kept = new ArrayList<>();
    long newest = disk.epochBeforeStart;
    if (newest > 0) {
      kept.add(new EpochStart(newest, disk.startOffset));
    }
    for (LogRecord record : records) {
      if (record.epoch() != newest) {
        newest = record.epoch();
        kept.add(new EpochStart(newest, record.baseOffset()));
      }
    }
    return List.copyOf(kept);
  }

  @Override
  public void append(LogRecord record) {
    checkUsable();
    Invariant.check(
        record.epoch() >= Math.max(1, lastEpoch()),
        "I7: epochs never fall along the log; record, last epoch",
        record,
        lastEpoch());
    Invariant.check(record.baseOffset() == endOffset(), "at the log end", record, endOffset());
    Invariant.check(record.previousCrc() == lastRecordCrc(), "chained", record, lastRecordCrc());
    disk.records.add(record.bytes().clone());
    records.add(record);
  }

  @Override
  public void force() {
    checkUsable();
    disk.forced = disk.records.size();
    disk.forcedEndOffset = endOffset();
  }

  @Override
  public void truncate(long endOffset) {
    checkUsable();
    int kept = 0;
    while (kept < records.size() && records.get(kept).endOffset() <= endOffset) {
      kept++;
    }
    long end = kept == 0 ? startOffset() : records.get(kept - 1).endOffset();
    if (end != endOffset) {
      throw new IllegalArgumentException(endOffset + " is not the end of a record");
    }
    records.subList(kept, records.size()).clear();
    disk.records.subList(kept, disk.records.size()).clear();
    disk.forced = kept;
    disk.forcedEndOffset = endOffset;
    cuts.add(endOffset);
  }

  @Override
  public void reset(long startOffset, int previousCrc, long previousEpoch) {
    checkUsable();
    if (startOffset == 0
        ? previousCrc != 0 || previousEpoch != 0
        : startOffset < 0 || previousEpoch < 1) {
      throw new IllegalArgumentException(
          "a log cannot begin at " + startOffset + " behind epoch " + previousEpoch);
    }
    records.clear();
    disk.records.clear();
    disk.forced = 0;
    disk.forcedEndOffset = startOffset;
    disk.startOffset = startOffset;
    disk.crcBeforeStart = previousCrc;
    disk.epochBeforeStart = previousEpoch;
    cuts.add(RESET);
  }

  @Override
  public void trim(long beforeOffset) {
    checkUsable();
    while (disk.forced > 0 && records.get(0).endOffset() <= beforeOffset) {
      disk.startOffset = records.get(0).endOffset();
      disk.crcBeforeStart = records.get(0).crc();
      disk.epochBeforeStart = records.get(0).epoch();
      disk.records.remove(0);
      disk.forced--;
      records.remove(0);
    }
  }

  @Override
  public LogSpace space() {
    return disk.space;
  }

  @Override
  public long sizeBytes() {
    return disk.records.stream().mapToLong(bytes -> bytes.length).sum();
  }

  @Override
  public Reader read(long fromOffset) {
    if (fromOffset < startOffset() || fromOffset > endOffset()) {
      throw new OffsetOutOfRangeException(
          fromOffset + " is not in " + startOffset() + ".." + endOffset());
    }
    return new Reader() {
      private long next = fromOffset;
      private int cutsSeen = cuts.size();

      @Override
      public @Nullable LogRecord nextOrNull() {
        for (; cutsSeen < cuts.size(); cutsSeen++) {
          if (cuts.get(cutsSeen) < next) {
            throw new OffsetOutOfRangeException("what was read was cut off below " + next);
          }
        }
        if (next < startOffset()) {
          throw new OffsetOutOfRangeException("what comes next was trimmed, below " + next);
        }
        for (LogRecord record : records) {
          if (record.endOffset() > next) {
            next = record.endOffset();
            return record;
          }
        }
        return null;
      }

      @Override
      public void close() {}
    };
  }

  /** The first record that reaches to this offset, which is kept. */
  LogRecord endingAtOrAfter(long offset) {
    for (LogRecord record : records) {
      if (record.endOffset() >= offset) {
        return record;
      }
    }
    throw new Failure("no record reaches to " + offset);
  }

  int crcBeforeStart() {
    return disk.crcBeforeStart;
  }

  long epochBeforeStart() {
    return disk.epochBeforeStart;
  }

  @Override
  public void close() {
    disk.forced = disk.records.size();
    disk.forcedEndOffset = endOffset();
  }

  @Override
  public void abandon() {}

  @Override
  public void checkUsable() {
    if (disk.failing) {
      throw new LogFailedException("input/output error");
    }
  }
}
