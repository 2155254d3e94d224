package io.cairn.compare.cairn;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** What gRPC costs without a store behind it: answers on the event loop. */
public final class EchoServer {
  private EchoServer() {}

  /**
   * Runs until the input ends.
   *
   * @param args the port
   */
  public static void main(String[] args) throws IOException {
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
    Server server =
        NettyServerBuilder.forAddress(address)
            .directExecutor()
            .addService(
                ServerServiceDefinition.builder("compare.Echo")
                    .addMethod(
                        Echo.METHOD,
                        ServerCalls.asyncUnaryCall(
                            (request, observer) -> {
                              observer.onNext(request);
                              observer.onCompleted();
                            }))
                    .build())
            .build()
            .start();
    while (System.in.read() >= 0) {}
    server.shutdownNow();
  }
}
