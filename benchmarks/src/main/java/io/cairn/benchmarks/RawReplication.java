package io.cairn.benchmarks;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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
 * What {@link ClusterBenchmark#strongPut} is compared with: the same puts by unary calls through
 * three {@link RawReplica}s, each in a process of its own.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 5, time = 1)
public class RawReplication {
  private static final int FOLLOWERS = 2;

  @Param({"1", "64", "256"})
  int inFlight;

  private final Dataset dataset = new Dataset();
  private final List<ChildProcess> replicas = new ArrayList<>();
  private ManagedChannel channel;

  @Setup
  public void start() throws IOException {
    List<String> followerPorts = new ArrayList<>();
    for (int i = 0; i < FOLLOWERS; i++) {
      ChildProcess follower = ChildProcess.start(RawReplica.class, List.of());
      replicas.add(follower);
      followerPorts.add(Integer.toString(follower.port()));
    }
    ChildProcess leader = ChildProcess.start(RawReplica.class, followerPorts);
    replicas.add(leader);
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", leader.port())
            .usePlaintext()
            .directExecutor()
            .build();
  }

  @TearDown
  public void stop() {
    channel.shutdownNow();
    replicas.forEach(ChildProcess::end);
    replicas.forEach(ChildProcess::close);
  }

  @Benchmark
  @OperationsPerInvocation(RawGrpcEcho.OPERATIONS)
  public void put() throws InterruptedException {
    InFlight.<byte[]>run(
        inFlight,
        RawGrpcEcho.OPERATIONS / inFlight,
        observer ->
            ClientCalls.asyncUnaryCall(
                channel.newCall(RawReplica.PUT, CallOptions.DEFAULT), randomPut(), observer));
  }

  private byte[] randomPut() {
    return ByteBuffer.allocate(Dataset.KEY_BYTES + Dataset.VALUE_BYTES)
        .put(dataset.key(ThreadLocalRandom.current().nextInt(Dataset.KEYS)))
        .put(dataset.value())
        .array();
  }
}
