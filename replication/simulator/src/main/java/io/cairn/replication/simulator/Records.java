package io.cairn.replication.simulator;

import io.cairn.replication.core.LogRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records that follow each other, from an offset on. */
final class Records {
  private final List<LogRecord> records = new ArrayList<>();
  private long startOffset;
  private int crcBeforeStart;

  long startOffset() {
    return startOffset;
  }

  long endOffset() {
    return records.isEmpty() ? startOffset : records.get(records.size() - 1).endOffset();
  }

  int size() {
    return records.size();
  }

  LogRecord get(int index) {
    return records.get(index);
  }

  List<LogRecord> all() {
    return records;
  }

  void add(LogRecord record) {
    Failure.require(
        record.baseOffset() == endOffset(),
        "appended elsewhere than at the end",
        record.baseOffset(),
        endOffset());
    records.add(record);
  }

  void removeLast() {
    records.remove(records.size() - 1);
  }

  /** Takes away the records from this offset on, which must lie between two. */
  void cut(long newEndOffset) {
    while (endOffset() > newEndOffset && !records.isEmpty()) {
      removeLast();
    }
    Failure.require(endOffset() == newEndOffset, "cut within a record", newEndOffset, endOffset());
  }

  /** None, and the next one will begin here. */
  void reset(long offset, int previousCrc) {
    records.clear();
    startOffset = offset;
    crcBeforeStart = previousCrc;
  }

  void setTo(Records other) {
    reset(other.startOffset, other.crcBeforeStart);
    records.addAll(other.records);
  }

  /** The index of the record that holds this offset. */
  int indexOf(long offset) {
    Failure.require(
        startOffset <= offset && offset < endOffset(), "no such offset in the log", offset);
    int low = 0;
    int high = records.size() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (records.get(middle).endOffset() <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  LogRecord at(long offset) {
    return records.get(indexOf(offset));
  }

  /** CRC of the record that ends at this offset; null when none does, as far as is known. */
  @Nullable Integer crcBeforeOrNull(long offset) {
    if (offset == startOffset) {
      return crcBeforeStart;
    }
    if (offset < startOffset || offset > endOffset()) {
      return null;
    }
    LogRecord record = at(offset - 1);
    return record.endOffset() == offset ? record.crc() : null;
  }
}
