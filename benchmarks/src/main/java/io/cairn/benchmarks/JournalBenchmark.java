package io.cairn.benchmarks;

import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.Operation;
import io.cairn.replication.core.Operation.ByteSource;
import io.cairn.replication.journal.ChronicleLog;
import io.cairn.replication.journal.JournalOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Appending records of one put to the log, against the same bytes through the library alone. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 7, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class JournalBenchmark {
  private static final int RECORDS = 20_000;

  /** What a log keeps filled ahead when it is new; the records fit in it. */
  private static final long FILLED_BYTES = 8 << 20;

  /** A full disk would never get there. */
  private static final Duration FILL_LIMIT = Duration.ofSeconds(60);

  private static final JournalOptions OPTIONS =
      new JournalOptions(64 << 20, 32 << 20, 4 << 20, 0, 256 << 20, 64 << 20, 0);

  /** With it a log has a segment, which is then filled ahead. */
  private static final LogRecord FIRST =
      LogRecord.of(LogRecord.Type.EPOCH_START, 1, 0, 0, 0, List.of(Operation.noOp()));

  private final List<LogRecord> records = chain(RECORDS, 1);

  /** Records of a new log's first epoch behind its first record, one behind the other. */
  static List<LogRecord> chain(int count, int operations) {
    Dataset dataset = new Dataset();
    List<LogRecord> records = new ArrayList<>();
    int crc = FIRST.crc();
    for (int i = 0; i < count; i++) {
      List<byte[]> encoded = new ArrayList<>();
      for (int j = 0; j < operations; j++) {
        encoded.add(
            Operation.put(ByteSource.of(dataset.nextKey()), ByteSource.of(dataset.value()), 7, j));
      }
      LogRecord record =
          LogRecord.of(
              LogRecord.Type.DATA, 1, FIRST.endOffset() + (long) i * operations, crc, 0, encoded);
      crc = record.crc();
      records.add(record);
    }
    return records;
  }

  static ChronicleLog openFilled(TemporaryDirectory directory) {
    ChronicleLog log = ChronicleLog.open(directory.resolve("log"), OPTIONS);
    log.append(FIRST);
    long begin = System.nanoTime();
    while (log.sizeBytes() < FILLED_BYTES) {
      if (System.nanoTime() - begin > FILL_LIMIT.toNanos()) {
        throw new IllegalStateException(
            "the log is not filled ahead after " + FILL_LIMIT + ": " + log.space());
      }
      Thread.onSpinWait();
    }
    return log;
  }

  /** A new log for each run over the records. */
  @State(Scope.Thread)
  public static class Log {
    private TemporaryDirectory directory;
    private ChronicleLog log;

    @Setup(Level.Invocation)
    public void open() throws IOException {
      directory = new TemporaryDirectory();
      log = openFilled(directory);
    }

    @TearDown(Level.Invocation)
    public void close() {
      log.close();
      directory.close();
    }
  }

  /** A new queue for each run over the records. */
  @State(Scope.Thread)
  public static class RawQueue {
    private TemporaryDirectory directory;
    private ChronicleQueue queue;
    private ExcerptAppender appender;

    @Setup(Level.Invocation)
    public void open() throws IOException {
      directory = new TemporaryDirectory();
      queue =
          SingleChronicleQueueBuilder.binary(directory.resolve("queue"))
              .blockSize(OPTIONS.blockBytes())
              .rollCycle(RollCycles.HALF_HOURLY)
              .timeProvider(() -> 0L)
              .build();
      appender = queue.createAppender();
    }

    void append(byte[] entry) {
      try (DocumentContext document = appender.writingDocument()) {
        document.wire().bytes().write(entry);
      }
    }

    /** The one file of entries, which is there once there is an entry. */
    Path file() throws IOException {
      try (Stream<Path> files = Files.list(directory.resolve("queue"))) {
        return files.filter(file -> file.toString().endsWith(".cq4")).findFirst().orElseThrow();
      }
    }

    @TearDown(Level.Invocation)
    public void close() {
      appender.close();
      queue.close();
      directory.close();
    }
  }

  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public void append(Log state) {
    for (LogRecord record : records) {
      Planted.maybeSlowDown();
      state.log.append(record);
    }
  }

  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public void rawAppend(RawQueue state) {
    for (LogRecord record : records) {
      state.append(record.bytes());
    }
  }
}
