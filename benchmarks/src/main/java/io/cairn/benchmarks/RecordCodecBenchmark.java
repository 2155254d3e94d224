package io.cairn.benchmarks;

import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.Operation;
import io.cairn.replication.core.Operation.ByteSource;
import io.cairn.replication.core.OperationCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Making, checking and walking a log record of 64 puts, against the copy and the CRC that they
 * need.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
// Long enough for CRC32C to be compiled to its intrinsic: without, it takes fifteen times as long.
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class RecordCodecBenchmark {
  private static final int OPERATIONS = 64;

  private final List<byte[]> operations = new ArrayList<>();
  private final LogRecord record;
  private final OperationCursor cursor = new OperationCursor();

  public RecordCodecBenchmark() {
    Dataset dataset = new Dataset();
    for (int i = 0; i < OPERATIONS; i++) {
      operations.add(
          Operation.put(ByteSource.of(dataset.key(i)), ByteSource.of(dataset.value()), 7, i));
    }
    record = encode();
  }

  /** What making one cannot go below: one copy of the bytes and their checksum. */
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public long rawCopyAndCrc64() {
    byte[] copy = new byte[record.lengthBytes()];
    int position = LogRecord.HEADER_BYTES;
    for (byte[] operation : operations) {
      System.arraycopy(operation, 0, copy, position, operation.length);
      position += operation.length;
    }
    return crcOf(copy);
  }

  /** What reading cannot go below: the checksum. */
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public long rawCrc64() {
    return crcOf(record.bytes());
  }

  private static long crcOf(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    return crc.getValue();
  }

  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public LogRecord encode64() {
    Planted.maybeSlowDown(OPERATIONS);
    return encode();
  }

  private LogRecord encode() {
    return LogRecord.of(LogRecord.Type.DATA, 1, 1000, 17, 1_700_000_000_000L, operations);
  }

  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public LogRecord parse64() {
    Planted.maybeSlowDown(OPERATIONS);
    return LogRecord.parse(record.bytes());
  }

  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public long walk64() {
    Planted.maybeSlowDown(OPERATIONS);
    long sum = 0;
    cursor.wrap(record);
    while (cursor.next()) {
      sum += cursor.keyPosition() + cursor.valueLength() + cursor.offset();
    }
    return sum;
  }
}
