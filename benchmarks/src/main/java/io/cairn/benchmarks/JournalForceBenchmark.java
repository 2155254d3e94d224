package io.cairn.benchmarks;

import io.cairn.replication.core.LogRecord;
import io.cairn.replication.journal.ChronicleLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

/**
 * A group of 64 puts appended as one record and forced; against the same bytes through the library
 * alone with a force of its file, and against one write to a plain file and a force. And what the
 * library alone does with puts as entries of their own. All files are filled ahead.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 7, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class JournalForceBenchmark {
  private static final int OPERATIONS = 64;

  /** More than can be forced in one iteration; after the last one the log is made anew. */
  private static final int GROUPS = 4_000;

  private static final int FILE_BYTES = 64 << 20;

  private static final int PUTS = 128;

  /** So many groups of puts as entries of their own fit into the filled part of a file. */
  private static final int GROUPS_OF_PUTS = 2_500;

  private static final int PUT_BYTES = 144;

  private final List<LogRecord> groups = JournalBenchmark.chain(GROUPS, OPERATIONS);
  private final byte[] put = new byte[PUT_BYTES];

  /** A new log for each iteration. */
  @State(Scope.Thread)
  public static class Log {
    private TemporaryDirectory directory;
    private ChronicleLog log;
    private int next;

    @Setup(Level.Iteration)
    public void open() throws IOException {
      directory = new TemporaryDirectory();
      log = JournalBenchmark.openFilled(directory);
      next = 0;
    }

    @TearDown(Level.Iteration)
    public void close() {
      log.close();
      directory.close();
    }
  }

  /** A new queue for each iteration. */
  @State(Scope.Thread)
  public static class RawQueue {
    /** Behind what the library has written to its file by the first entry. */
    private static final long UNTOUCHED_POSITION = 1 << 20;

    private final JournalBenchmark.RawQueue queue = new JournalBenchmark.RawQueue();
    private FileChannel channel;
    private int next;

    @Setup(Level.Iteration)
    public void open() throws IOException {
      queue.open();
      queue.append(new byte[1]); // makes the file
      channel = FileChannel.open(queue.file(), StandardOpenOption.WRITE);
      fill(channel, UNTOUCHED_POSITION, FILE_BYTES);
      next = 0;
    }

    /** The group to append, in a new queue when this one is full. */
    int next(int limit) throws IOException {
      if (next == limit) {
        close();
        open();
      }
      return next++;
    }

    @TearDown(Level.Iteration)
    public void close() throws IOException {
      channel.close();
      queue.close();
    }
  }

  /** A new file for each iteration. */
  @State(Scope.Thread)
  public static class RawFile {
    private TemporaryDirectory directory;
    private FileChannel channel;
    private long position;
    private int next;

    @Setup(Level.Iteration)
    public void open() throws IOException {
      directory = new TemporaryDirectory();
      channel =
          FileChannel.open(
              directory.resolve("file"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      fill(channel, 0, FILE_BYTES);
      position = 0;
      next = 0;
    }

    @TearDown(Level.Iteration)
    public void close() throws IOException {
      channel.close();
      directory.close();
    }
  }

  /** A page at a time, as the log does it, which tells why. */
  static void fill(FileChannel channel, long start, long end) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect(4096);
    for (long at = start; at < end; at += zeros.capacity()) {
      channel.write(zeros.clear(), at);
    }
    channel.force(true);
  }

  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void appendAndForce64(Log state) throws IOException {
    Planted.maybeSlowDown(OPERATIONS);
    if (state.next == GROUPS) {
      state.close();
      state.open();
    }
    state.log.append(groups.get(state.next++));
    state.log.force();
  }

  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void rawAppendAndForce64(RawQueue state) throws IOException {
    state.queue.append(groups.get(state.next(GROUPS)).bytes());
    state.channel.force(false);
  }

  /** What a log alone can do: an entry of the library for each put, and a force for 128. */
  @Benchmark
  @OperationsPerInvocation(PUTS)
  public void rawAppend128AndForce(RawQueue state) throws IOException {
    state.next(GROUPS_OF_PUTS);
    for (int i = 0; i < PUTS; i++) {
      state.queue.append(put);
    }
    state.channel.force(false);
  }

  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void rawWriteAndForce64(RawFile state) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(groups.get(state.next++ % GROUPS).bytes());
    if (state.position + bytes.remaining() > FILE_BYTES) {
      state.position = 0;
    }
    int length = bytes.remaining();
    state.channel.write(bytes, state.position);
    state.position += length;
    state.channel.force(false);
  }
}
