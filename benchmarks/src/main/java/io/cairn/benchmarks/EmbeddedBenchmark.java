package io.cairn.benchmarks;

import io.cairn.client.DistributedKVStore;
import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A node in the program's own process, called by one thread that waits for each answer. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class EmbeddedBenchmark {
  private static final int KEYS = 1_000;

  private final String value = "v".repeat(Dataset.VALUE_BYTES);
  private final String[] keys = new String[KEYS];
  private TemporaryDirectory directory;
  private DistributedKVStore store;

  @Setup
  public void open() throws IOException {
    directory = new TemporaryDirectory();
    store = DistributedKVStore.open(directory.resolve("data"));
    for (int i = 0; i < KEYS; i++) {
      keys[i] = String.format("user-%011d", i);
      store.put(keys[i], value);
    }
  }

  @TearDown
  public void close() {
    store.close();
    directory.close();
  }

  @Benchmark
  public void put() {
    Planted.maybeSlowDown();
    store.put(randomKey(), value);
  }

  @Benchmark
  public @Nullable String get() {
    Planted.maybeSlowDown();
    return store.get(randomKey());
  }

  private String randomKey() {
    return keys[ThreadLocalRandom.current().nextInt(KEYS)];
  }
}
