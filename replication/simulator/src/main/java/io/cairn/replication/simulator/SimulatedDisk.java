package io.cairn.replication.simulator;

import io.cairn.replication.core.CorruptRecordException;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.LogSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What lies under a log and outlives the process: the bytes of its records, and how many of them
 * were forced. A crash keeps those, and of the others some first ones, of which the last may be
 * torn.
 */
public final class SimulatedDisk {
  final List<byte[]> records = new ArrayList<>();

  /** How many of {@link #records} were forced. */
  int forced;

  /** The offset after the last record that was forced. */
  long forcedEndOffset;

  long startOffset;

  /** CRC of the record before the first one that is kept. */
  int crcBeforeStart;

  /** Epoch of that record, 0 when there is none. */
  long epochBeforeStart;

  LogSpace space = LogSpace.AVAILABLE;
  boolean failing;

  /** The next calls on the log fail, until the process is gone. */
  void fail() {
    failing = true;
  }

  /** The process or the power is gone: takes from what was not forced. */
  void crash(Chance chance) {
    failing = false;
    int kept = chance.between(forced, records.size());
    records.subList(kept, records.size()).clear();
    if (kept > forced && chance.coin()) {
      records.set(kept - 1, torn(records.get(kept - 1), chance));
    }
  }

  /** Cut off, or with a hole of zeros: pages reach a disk in any order. */
  private static byte[] torn(byte[] record, Chance chance) {
    int from = chance.between(0, record.length - 1);
    if (chance.coin()) {
      return Arrays.copyOf(record, from);
    }
    byte[] torn = record.clone();
    Arrays.fill(torn, from, chance.between(from + 1, record.length), (byte) 0);
    return torn;
  }

  /** Reads all records; cuts off a torn one that was never forced. */
  List<LogRecord> recover() {
    List<LogRecord> whole = new ArrayList<>();
    for (int i = 0; i < records.size(); i++) {
      try {
        whole.add(LogRecord.parse(records.get(i)));
      } catch (CorruptRecordException torn) {
        if (i < forced) {
          throw torn;
        }
        records.subList(i, records.size()).clear();
      }
    }
    forced = records.size();
    forcedEndOffset = whole.isEmpty() ? startOffset : whole.get(whole.size() - 1).endOffset();
    return whole;
  }
}
