package io.cairn.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What durability costs: records of 160 bytes written one after the other to a file that is filled
 * ahead of use, forced to disk once a group.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 7, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class RawForce {
  private static final int FILE_BYTES = 64 << 20;

  private final ByteBuffer record = ByteBuffer.allocateDirect(RawChronicle.RECORD_BYTES);
  private TemporaryDirectory directory;
  private FileChannel channel;
  private long position;

  @Setup
  public void open() throws IOException {
    directory = new TemporaryDirectory();
    channel =
        FileChannel.open(
            directory.resolve("file"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
    while (channel.size() < FILE_BYTES) {
      channel.write(zeros.clear(), channel.size());
    }
    channel.force(true);
  }

  @TearDown
  public void close() throws IOException {
    channel.close();
    directory.close();
  }

  @Benchmark
  public void force1() throws IOException {
    write(1);
  }

  @Benchmark
  @OperationsPerInvocation(64)
  public void force64() throws IOException {
    write(64);
  }

  private void write(int records) throws IOException {
    for (int i = 0; i < records; i++) {
      position = position + record.capacity() > FILE_BYTES ? 0 : position;
      channel.write(record.clear(), position);
      position += record.capacity();
    }
    channel.force(false);
  }
}
