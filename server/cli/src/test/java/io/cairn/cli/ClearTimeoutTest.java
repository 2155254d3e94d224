package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.v1.ClearRequest;
import io.cairn.v1.ClearResponse;
import io.cairn.v1.ClusterGrpc;
import io.cairn.v1.DescribeRequest;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.NodeDescription;
import io.cairn.v1.ShardDescription;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How long {@code cairn clear} waits for its one answer. */
class ClearTimeoutTest {

  @Test
  void oneAttemptHasAllTheTime() throws IOException {
    AtomicLong seconds = new AtomicLong();
    KvGrpc.KvImplBase node =
        new KvGrpc.KvImplBase() {
          @Override
          public void clear(ClearRequest request, StreamObserver<ClearResponse> answer) {
            Deadline deadline = Objects.requireNonNull(Context.current().getDeadline());
            seconds.set(deadline.timeRemaining(TimeUnit.SECONDS));
            answer.onNext(ClearResponse.getDefaultInstance());
            answer.onCompleted();
          }
        };
    AtomicInteger port = new AtomicInteger();
    ClusterGrpc.ClusterImplBase cluster =
        new ClusterGrpc.ClusterImplBase() {
          @Override
          public void describe(DescribeRequest request, StreamObserver<DescribeResponse> answer) {
            answer.onNext(
                DescribeResponse.newBuilder()
                    .addNodes(
                        NodeDescription.newBuilder()
                            .setNodeId(1)
                            .setClientAddress("127.0.0.1:" + port.get()))
                    .addShards(ShardDescription.newBuilder().setLeader(1).addReplicas(1))
                    .build());
            answer.onCompleted();
          }
        };
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(node)
            .addService(cluster)
            .build()
            .start();
    port.set(server.getPort());
    try {
      String endpoint = "127.0.0.1:" + server.getPort();
      assertThat(new TestShell().run("clear", "--yes", "--endpoints", endpoint).exitCode())
          .isZero();
      assertThat(seconds.get()).isBetween(30L, 60L);
      new TestShell().run("clear", "--yes", "--endpoints", endpoint, "--timeout", "10m");
      assertThat(seconds.get()).isBetween(300L, 600L);
    } finally {
      server.shutdownNow();
    }
  }
}
