package io.cairn.replication.journal;

import io.cairn.replication.core.LogRecord;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The newest records, for those who read near the end. The log thread adds; any thread looks, and
 * checks what it finds, because a slot may have been used anew meanwhile.
 */
final class RecentRecords {
  private static final int SLOTS = 1 << 14;

  private final AtomicReferenceArray<@Nullable LogRecord> slots = new AtomicReferenceArray<>(SLOTS);
  private final long limitBytes;
  private long bytes;
  private volatile long first;
  private volatile long end;

  RecentRecords(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  private static int slot(long number) {
    return (int) (number & (SLOTS - 1));
  }

  void add(LogRecord record) {
    bytes += record.lengthBytes();
    while (end > first && (bytes > limitBytes || end - first == SLOTS)) {
      dropFirst();
    }
    if (bytes > limitBytes) {
      bytes = 0;
      return;
    }
    long number = end;
    slots.setRelease(slot(number), record);
    end = number + 1;
  }

  private void dropFirst() {
    long number = first;
    LogRecord record = slots.getPlain(slot(number));
    first = number + 1;
    slots.setRelease(slot(number), null);
    bytes -= record == null ? 0 : record.lengthBytes();
  }

  void clear() {
    while (end > first) {
      dropFirst();
    }
  }

  /** The record that holds the offset, or null when it is not here. */
  @Nullable LogRecord findOrNull(long offset) {
    long low = first;
    long high = end;
    while (low < high) {
      long middle = (low + high) >>> 1;
      LogRecord record = slots.getAcquire(slot(middle));
      if (record == null) {
        return null;
      }
      if (offset < record.baseOffset()) {
        high = middle;
      } else if (offset >= record.endOffset()) {
        low = middle + 1;
      } else {
        return record;
      }
    }
    return null;
  }
}
