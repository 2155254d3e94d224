package io.cairn.replication.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.replication.core.Operation.ByteSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Its rules are in scenarios/pending-tail.txt; here, what other threads see of it. */
class PendingTailTest {
  private static final byte[] KEY = "k".getBytes(UTF_8);
  private static final int MIN_RECORDS = 500_000;
  private static final int MIN_FINDS = 1000;

  private final PendingTail tail = new PendingTail();
  private final AtomicLong addedEnd = new AtomicLong();
  private final AtomicLong storedEnd = new AtomicLong();

  /** Counted down by each reader when it has found enough in the tail, so that both overlap. */
  private final CountDownLatch readersHaveFound = new CountDownLatch(2);

  private volatile boolean written;

  /** Or a key that is written all the time would keep its first record in memory. */
  @Test
  void aKeyDoesNotHoldOnToTheRecordThatBroughtIt() {
    LogRecord first = record(0, operation(0));
    tail.add(first);
    tail.add(record(1, operation(0)));
    tail.removeBelow(1);

    Key kept = tail.entries().firstKey();

    assertThat(kept).isEqualTo(Key.of(KEY));
    assertThat(kept.array()).hasSize(KEY.length).isNotSameAs(first.bytes());
  }

  @Test
  void aRangeTakesThePlaceOfThoseThatItCovers() {
    String[][] ranges = {
      {"c", "f"},
      {"b", "e"},
      {"c", "d"},
      {"b", "e"},
      {"d", ""},
      {"d", "g"},
      {"a", ""},
      {"", "b"},
      {"", ""}
    };
    List<List<Long>> kept = new ArrayList<>();
    for (int i = 0; i < ranges.length; i++) {
      ByteSource start = ByteSource.of(ranges[i][0].getBytes(UTF_8));
      ByteSource end = ByteSource.of(ranges[i][1].getBytes(UTF_8));
      tail.add(record(i, Operation.deleteRange(start, end, Operation.NO_CLIENT, 0)));
      kept.add(tail.deletedRanges().stream().map(PendingTail.DeletedRange::offset).toList());
    }

    assertThat(kept)
        .containsExactly(
            List.of(0L),
            List.of(0L, 1L),
            List.of(0L, 1L, 2L),
            List.of(0L, 3L),
            List.of(0L, 3L, 4L),
            List.of(0L, 3L, 4L, 5L),
            List.of(6L),
            List.of(6L, 7L),
            List.of(8L));
  }

  private static LogRecord record(long offset, byte[] operation) {
    return LogRecord.of(LogRecord.Type.DATA, 1, offset, 0, 0, List.of(operation));
  }

  /**
   * A writer puts, clears and deletes one key; the store takes the records behind it. Whatever a
   * reader finds, in the tail or else in the store, is at least as new as the newest operation that
   * was complete when it began to look.
   */
  @Test
  @Timeout(60)
  void aReaderNeverGoesBack() throws Exception {
    ExecutorService readers = Executors.newFixedThreadPool(2);
    try {
      List<Future<Long>> results = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        results.add(readers.submit(this::read));
      }
      write();
      for (Future<Long> result : results) {
        assertThat(result.get()).as("reads that found an older state").isZero();
      }
    } finally {
      readers.shutdownNow();
    }
    assertThat(tail.entries()).isEmpty();
    assertThat(tail.deletedRanges()).isEmpty();
  }

  private void write() {
    ArrayDeque<LogRecord> unapplied = new ArrayDeque<>();
    SplittableRandom random = new SplittableRandom(1);
    for (long offset = 0; offset < MIN_RECORDS || readersHaveFound.getCount() > 0; offset++) {
      LogRecord record = record(offset, operation(random.nextInt(5)));
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
    storedEnd.set(addedEnd.get());
    tail.removeBelow(addedEnd.get());
    written = true;
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

  private long read() {
    Key key = Key.of(KEY);
    long finds = 0;
    long wrong = 0;
    while (!written) {
      long complete = addedEnd.get();
      PendingTail.Entry entry = tail.newestOrNull(key);
      long seenEnd = entry == null ? storedEnd.get() : entry.offset() + 1;
      wrong += seenEnd < complete ? 1 : 0;
      if (entry != null && ++finds == MIN_FINDS) {
        readersHaveFound.countDown();
      }
    }
    return wrong;
  }
}
