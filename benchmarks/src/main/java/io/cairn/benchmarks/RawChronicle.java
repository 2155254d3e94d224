package io.cairn.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.rollcycles.LargeRollCycles;
import net.openhft.chronicle.wire.DocumentContext;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What Chronicle Queue costs: an append of 160 bytes to the page cache, never forced. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 7, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class RawChronicle {
  static final int RECORD_BYTES = 160;

  private final byte[] record = new byte[RECORD_BYTES];
  private TemporaryDirectory directory;
  private ChronicleQueue queue;
  private ExcerptAppender appender;

  /** A new queue for each iteration keeps the files small enough to stay in memory. */
  @Setup(Level.Iteration)
  public void open() throws IOException {
    directory = new TemporaryDirectory();
    queue =
        SingleChronicleQueueBuilder.binary(directory.resolve("queue"))
            .rollCycle(LargeRollCycles.LARGE_DAILY)
            .build();
    appender = queue.createAppender();
  }

  @TearDown(Level.Iteration)
  public void close() {
    appender.close();
    queue.close();
    directory.close();
  }

  @Benchmark
  public void append() {
    try (DocumentContext document = appender.writingDocument()) {
      Bytes<?> bytes = document.wire().bytes();
      bytes.write(record);
    }
  }
}
