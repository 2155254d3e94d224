package io.cairn.benchmarks;

import com.google.protobuf.ByteString;
import io.cairn.node.CairnNode;
import io.cairn.node.config.NodeConfigLoader;
import io.cairn.v1.GetRequest;
import io.cairn.v1.GetResponse;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.PutRequest;
import io.cairn.v1.PutResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.util.Map;
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
 * A whole node behind a loopback connection, called by unary calls that are answered on the event
 * loop: STRONG puts, each on disk before it returns, and STRONG gets. {@link RawGrpcEcho} is the
 * same without a node.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 5, time = 1)
public class EndToEndBenchmark {
  private static final int PRELOAD_LANES = 256;

  @Param({"1", "64", "256"})
  int inFlight;

  /** More than one spreads the writes over several logs, each with a force of its own. */
  @Param("1")
  String shards;

  private final ByteString[] keys = new ByteString[Dataset.KEYS];
  private ByteString value;
  private TemporaryDirectory directory;
  private CairnNode node;
  private ManagedChannel channel;
  private KvGrpc.KvStub stub;

  @Setup
  public void start() throws IOException, InterruptedException {
    Dataset dataset = new Dataset();
    for (int i = 0; i < keys.length; i++) {
      keys[i] = ByteString.copyFrom(dataset.key(i));
    }
    value = ByteString.copyFrom(dataset.value());
    directory = new TemporaryDirectory();
    Map<String, String> settings =
        Map.of(
            "data-dir",
            directory.resolve("data").toString(),
            "listen",
            "127.0.0.1:0",
            "shards",
            shards,
            "metrics-listen",
            "off");
    node = CairnNode.start(NodeConfigLoader.load(settings, Map.of(), null).config());
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", node.ports().client())
            .usePlaintext()
            .directExecutor()
            .build();
    stub = KvGrpc.newStub(channel);
    // Enough that almost every get finds its key; it warms the node up as well.
    InFlight.<PutResponse>run(
        PRELOAD_LANES,
        Dataset.KEYS / PRELOAD_LANES,
        observer -> stub.put(putOf(ThreadLocalRandom.current().nextInt(keys.length)), observer));
  }

  @TearDown
  public void stop() {
    channel.shutdownNow();
    node.close();
    directory.close();
  }

  @Benchmark
  @OperationsPerInvocation(RawGrpcEcho.OPERATIONS)
  public void put() throws InterruptedException {
    InFlight.<PutResponse>run(
        inFlight,
        RawGrpcEcho.OPERATIONS / inFlight,
        observer -> {
          Planted.maybeSlowDown();
          stub.put(putOf(ThreadLocalRandom.current().nextInt(keys.length)), observer);
        });
  }

  @Benchmark
  @OperationsPerInvocation(RawGrpcEcho.OPERATIONS)
  public void get() throws InterruptedException {
    InFlight.<GetResponse>run(
        inFlight,
        RawGrpcEcho.OPERATIONS / inFlight,
        observer -> {
          Planted.maybeSlowDown();
          ByteString key = keys[ThreadLocalRandom.current().nextInt(keys.length)];
          stub.get(GetRequest.newBuilder().setKey(key).build(), observer);
        });
  }

  private PutRequest putOf(int index) {
    return PutRequest.newBuilder().setKey(keys[index]).setValue(value).build();
  }
}
