package io.cairn.benchmarks;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
 * What gRPC costs without a store behind it: 160 bytes there and back over a loopback connection,
 * answered on the event loop on both sides, no protobuf. And the same with the bytes on disk before
 * the answer.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 5, time = 1)
public class RawGrpcEcho {
  /** Divides by every number of operations in flight that is measured. */
  static final int OPERATIONS = 4096;

  private static final int MESSAGE_BYTES = 160;
  private static final MethodDescriptor<byte[], byte[]> ECHO =
      ByteArrayMarshaller.method(MethodType.UNARY, "benchmark.Echo/Echo");
  private static final MethodDescriptor<byte[], byte[]> ECHO_FORCED =
      ByteArrayMarshaller.method(MethodType.UNARY, "benchmark.Echo/EchoForced");

  @Param({"1", "64", "256"})
  int inFlight;

  private final byte[] message = new byte[MESSAGE_BYTES];
  private TemporaryDirectory directory;
  private GroupForce disk;
  private Server server;
  private ManagedChannel channel;

  @Setup
  public void start() throws IOException {
    directory = new TemporaryDirectory();
    disk = new GroupForce(directory.resolve("file"));
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .directExecutor()
            .addService(
                ServerServiceDefinition.builder("benchmark.Echo")
                    .addMethod(
                        ECHO,
                        ServerCalls.asyncUnaryCall(
                            (request, observer) -> {
                              observer.onNext(request);
                              observer.onCompleted();
                            }))
                    .addMethod(
                        ECHO_FORCED,
                        ServerCalls.asyncUnaryCall(
                            (request, observer) ->
                                disk.write(
                                    request,
                                    () -> {
                                      observer.onNext(request);
                                      observer.onCompleted();
                                    })))
                    .build())
            .build()
            .start();
    channel =
        NettyChannelBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()))
            .usePlaintext()
            .directExecutor()
            .build();
  }

  @TearDown
  public void stop() throws IOException {
    channel.shutdownNow();
    server.shutdownNow();
    disk.close();
    directory.close();
  }

  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void unary() throws InterruptedException {
    run(ECHO);
  }

  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void unaryForced() throws InterruptedException {
    run(ECHO_FORCED);
  }

  private void run(MethodDescriptor<byte[], byte[]> method) throws InterruptedException {
    InFlight.<byte[]>run(
        inFlight,
        OPERATIONS / inFlight,
        observer ->
            ClientCalls.asyncUnaryCall(
                channel.newCall(method, CallOptions.DEFAULT), message, observer));
  }
}
