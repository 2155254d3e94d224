package io.cairn.replication.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.replication.core.Operation.ByteSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Its rules are in scenarios/pending-tail.txt; here, what other threads see of it. */
class PendingTailTest {
  private static final byte[] KEY = "k".getBytes(UTF_8);
  private static final int RECORDS = 500_000;

  /**
   * A writer puts, clears and deletes one key; the store takes the records behind it. Whatever a
   * reader finds, in the tail or else in the store, is at least as new as the newest operation that
   * was complete when it began to look.
   */
  @Test
  @Timeout(60)
  void aReaderNeverGoesBack() throws Exception {
    PendingTail tail = new PendingTail();
    AtomicLong addedEnd = new AtomicLong();
    AtomicLong storedEnd = new AtomicLong();
    ExecutorService readers = Executors.newFixedThreadPool(2);
    try {
      List<Future<Long>> results = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        results.add(readers.submit(() -> read(tail, addedEnd, storedEnd)));
      }
      write(tail, addedEnd, storedEnd);
      for (Future<Long> result : results) {
        assertThat(result.get()).as("reads that found an older state").isZero();
      }
    } finally {
      readers.shutdownNow();
    }
    assertThat(tail.isEmpty()).isTrue();
  }

  private static void write(PendingTail tail, AtomicLong addedEnd, AtomicLong storedEnd) {
    ArrayDeque<LogRecord> unapplied = new ArrayDeque<>();
    SplittableRandom random = new SplittableRandom(1);
    for (long offset = 0; offset < RECORDS; offset++) {
      byte[] operation = operation(random.nextInt(5));
      LogRecord record = LogRecord.of(LogRecord.Type.DATA, 1, offset, 0, 0, List.of(operation));
      unapplied.add(record);
      tail.add(record);
      addedEnd.set(record.endOffset());
      if (random.nextInt(3) == 0) {
        long end = unapplied.getLast().endOffset();
        unapplied.clear();
        storedEnd.set(end);
        tail.removeBelow(end);
      }
    }
    storedEnd.set(RECORDS);
    tail.removeBelow(RECORDS);
  }

  private static byte[] operation(int kind) {
    ByteSource key = ByteSource.of(KEY);
    ByteSource all = ByteSource.of(new byte[0]);
    return switch (kind) {
      case 0, 1 -> Operation.put(key, key, Operation.NO_CLIENT, 0);
      case 2, 3 -> Operation.deleteRange(all, all, Operation.NO_CLIENT, 0);
      default -> Operation.delete(key, Operation.NO_CLIENT, 0);
    };
  }

  private static long read(PendingTail tail, AtomicLong addedEnd, AtomicLong storedEnd) {
    Key key = Key.of(KEY);
    long wrong = 0;
    long complete = 0;
    while (complete < RECORDS) {
      complete = addedEnd.get();
      PendingTail.Entry entry = tail.newestOrNull(key);
      long seenEnd = entry == null ? storedEnd.get() : entry.offset() + 1;
      wrong += seenEnd < complete ? 1 : 0;
    }
    return wrong;
  }
}
