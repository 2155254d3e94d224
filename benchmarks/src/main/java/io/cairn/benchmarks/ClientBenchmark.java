package io.cairn.benchmarks;

import io.cairn.client.AsyncCairnClient;
import io.cairn.client.CairnClient;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

/**
 * STRONG puts and gets by the Java client over a loopback connection, on a pipelined stream or by a
 * call each. The allocated bytes are those of client and nodes together, unless these have
 * processes of their own.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 5, time = 1)
public class ClientBenchmark {
  private static final int PRELOAD_LANES = 256;

  @Param("1")
  int nodes;

  @Param({"1", "64", "256"})
  int inFlight;

  @Param({"true", "false"})
  boolean pipelining;

  /** Whether each node has a process of its own, as in earnest. */
  @Param("false")
  boolean processes;

  private final byte[][] keys = new byte[Dataset.KEYS][];
  private byte[] value;
  private LocalCluster cluster;
  private CairnClient client;
  private AsyncCairnClient async;

  @Setup
  public void start() throws IOException, InterruptedException {
    Dataset dataset = new Dataset();
    for (int i = 0; i < keys.length; i++) {
      keys[i] = dataset.key(i);
    }
    value = dataset.value();
    cluster = LocalCluster.start(nodes, processes);
    client =
        CairnClient.builder()
            .endpoints("127.0.0.1:" + cluster.leaderPort())
            .pipelining(pipelining)
            .build();
    async = client.async();
    InFlight.<Long>run(
        PRELOAD_LANES,
        Dataset.KEYS / PRELOAD_LANES,
        observer -> tell(async.put(randomKey(), value), observer));
  }

  @TearDown
  public void stop() {
    client.close();
    cluster.close();
  }

  @Benchmark
  @OperationsPerInvocation(RawGrpcEcho.OPERATIONS)
  public void put() throws InterruptedException {
    InFlight.<Long>run(
        inFlight,
        RawGrpcEcho.OPERATIONS / inFlight,
        observer -> {
          Planted.maybeSlowDown();
          tell(async.put(randomKey(), value), observer);
        });
  }

  @Benchmark
  @OperationsPerInvocation(RawGrpcEcho.OPERATIONS)
  public void get() throws InterruptedException {
    InFlight.<Object>run(
        inFlight,
        RawGrpcEcho.OPERATIONS / inFlight,
        observer -> {
          Planted.maybeSlowDown();
          tell(async.get(randomKey()), observer);
        });
  }

  @SuppressWarnings("FutureReturnValueIgnored") // its callback handles both endings
  private static <T extends @Nullable Object> void tell(
      CompletableFuture<T> call, StreamObserver<?> observer) {
    call.whenComplete(
        (answer, error) -> {
          if (error == null) {
            observer.onCompleted();
          } else {
            observer.onError(error);
          }
        });
  }

  private byte[] randomKey() {
    return keys[ThreadLocalRandom.current().nextInt(keys.length)];
  }
}
