package io.cairn.benchmarks;

import com.google.protobuf.ByteString;
import io.cairn.v1.Consistency;
import io.cairn.v1.GetRequest;
import io.cairn.v1.GetResponse;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.PutRequest;
import io.cairn.v1.PutResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
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

/**
 * Puts and gets by unary calls to the leader of a shard that one or three nodes on this machine
 * hold: a STRONG put is on three disks before it returns, a STRONG get is confirmed by the two
 * others.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 5, time = 1)
public class ClusterBenchmark {
  private static final int PRELOAD_LANES = 256;

  @Param({"1", "3"})
  int nodes;

  @Param({"1", "64", "256"})
  int inFlight;

  /** Whether each node has a process of its own, as in earnest. */
  @Param("false")
  boolean processes;

  private final ByteString[] keys = new ByteString[Dataset.KEYS];
  private ByteString value;
  private LocalCluster cluster;
  private ManagedChannel channel;
  private KvGrpc.KvStub stub;

  @Setup
  public void start() throws IOException, InterruptedException {
    Dataset dataset = new Dataset();
    for (int i = 0; i < keys.length; i++) {
      keys[i] = ByteString.copyFrom(dataset.key(i));
    }
    value = ByteString.copyFrom(dataset.value());
    cluster = LocalCluster.start(nodes, processes);
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", cluster.leaderPort())
            .usePlaintext()
            .directExecutor()
            .build();
    stub = KvGrpc.newStub(channel);
    InFlight.<PutResponse>run(
        PRELOAD_LANES,
        Dataset.KEYS / PRELOAD_LANES,
        observer -> stub.put(randomPut(Consistency.CONSISTENCY_STRONG), observer));
  }

  @TearDown
  public void stop() {
    channel.shutdownNow();
    cluster.close();
  }

  @Benchmark
  @OperationsPerInvocation(RawGrpcEcho.OPERATIONS)
  public void strongPut() throws InterruptedException {
    put(Consistency.CONSISTENCY_STRONG);
  }

  @Benchmark
  @OperationsPerInvocation(RawGrpcEcho.OPERATIONS)
  public void eventualPut() throws InterruptedException {
    put(Consistency.CONSISTENCY_EVENTUAL);
  }

  private void put(Consistency level) throws InterruptedException {
    InFlight.<PutResponse>run(
        inFlight,
        RawGrpcEcho.OPERATIONS / inFlight,
        observer -> {
          Planted.maybeSlowDown();
          stub.put(randomPut(level), observer);
        });
  }

  @Benchmark
  @OperationsPerInvocation(RawGrpcEcho.OPERATIONS)
  public void strongGet() throws InterruptedException {
    InFlight.<GetResponse>run(
        inFlight,
        RawGrpcEcho.OPERATIONS / inFlight,
        observer -> {
          Planted.maybeSlowDown();
          stub.get(GetRequest.newBuilder().setKey(randomKey()).build(), observer);
        });
  }

  private ByteString randomKey() {
    return keys[ThreadLocalRandom.current().nextInt(keys.length)];
  }

  private PutRequest randomPut(Consistency level) {
    return PutRequest.newBuilder()
        .setKey(randomKey())
        .setValue(value)
        .setConsistency(level)
        .build();
  }
}
