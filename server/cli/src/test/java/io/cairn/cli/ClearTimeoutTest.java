package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.v1.ClearResponse;
import io.cairn.v1.ClusterGrpc;
import io.cairn.v1.DescribeRequest;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.NodeDescription;
import io.cairn.v1.PipelineAnswer;
import io.cairn.v1.PipelineOperation;
import io.cairn.v1.PipelineRequest;
import io.cairn.v1.PipelineResponse;
import io.cairn.v1.ShardDescription;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How long {@code cairn clear} waits for its one answer. */
class ClearTimeoutTest {

  @Test
  void oneAttemptHasAllTheTime() throws IOException {
    AtomicInteger millis = new AtomicInteger();
    KvGrpc.KvImplBase node =
        new KvGrpc.KvImplBase() {
          @Override
          public StreamObserver<PipelineRequest> pipeline(
              StreamObserver<PipelineResponse> answers) {
            return new ClearStream(millis, answers);
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
      assertThat(millis.get()).isBetween(30_000, 60_001);
      new TestShell().run("clear", "--yes", "--endpoints", endpoint, "--timeout", "10m");
      assertThat(millis.get()).isBetween(300_000, 600_001);
    } finally {
      server.shutdownNow();
    }
  }

  /** Answers each clear, and keeps how much time it was given. */
  private record ClearStream(AtomicInteger millis, StreamObserver<PipelineResponse> answers)
      implements StreamObserver<PipelineRequest> {

    @Override
    public void onNext(PipelineRequest request) {
      for (PipelineOperation operation : request.getOperationsList()) {
        millis.set(operation.getTimeoutMillis());
        answers.onNext(
            PipelineResponse.newBuilder()
                .addAnswers(
                    PipelineAnswer.newBuilder()
                        .setId(operation.getId())
                        .setClear(ClearResponse.getDefaultInstance()))
                .build());
      }
    }

    @Override
    public void onError(Throwable gone) {}

    @Override
    public void onCompleted() {
      answers.onCompleted();
    }
  }
}
