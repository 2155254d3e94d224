package io.cairn.benchmarks;

import io.cairn.client.AsyncCairnClient;
import io.cairn.client.CairnClient;
import io.cairn.client.CloseableIterator;
import io.cairn.client.KeyValue;
import io.cairn.client.ScanOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * One STRONG scan of all keys by the Java client over a loopback connection; {@link
 * RawRocksDb#scanAll} is what RocksDB's iterator takes for as many. An operation is an entry.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 7, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class ScanBenchmark {

  /** Whether the node has a process of its own, as in earnest. */
  @Param("false")
  boolean processes;

  private LocalCluster cluster;
  private CairnClient client;

  @Setup
  public void start() throws IOException, InterruptedException {
    Dataset dataset = new Dataset();
    cluster = LocalCluster.start(1, processes);
    client = CairnClient.builder().endpoints("127.0.0.1:" + cluster.leaderPort()).build();
    AsyncCairnClient async = client.async();
    List<CompletableFuture<Long>> puts = new ArrayList<>();
    for (int i = 0; i < Dataset.KEYS; i++) {
      puts.add(async.put(dataset.key(i), dataset.value()));
      if (puts.size() == 256) {
        puts.forEach(CompletableFuture::join);
        puts.clear();
      }
    }
    puts.forEach(CompletableFuture::join);
  }

  @TearDown
  public void stop() {
    client.close();
    cluster.close();
  }

  @Benchmark
  @OperationsPerInvocation(Dataset.KEYS)
  public void scanAll(Blackhole blackhole) {
    Planted.maybeSlowDown(Dataset.KEYS);
    int count = 0;
    try (CloseableIterator<KeyValue> entries = client.scan(ScanOptions.all())) {
      while (entries.hasNext()) {
        blackhole.consume(entries.next());
        count++;
      }
    }
    if (count != Dataset.KEYS) {
      throw new IllegalStateException("the scan had " + count + " entries");
    }
  }
}
