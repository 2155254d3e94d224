package io.cairn.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.node.config.Address;
import io.cairn.node.config.NodeConfig;
import io.cairn.node.shard.FailStop;
import io.cairn.peer.v1.FoundingAnswer;
import io.cairn.peer.v1.FoundingAnswer.Founding;
import io.cairn.peer.v1.FoundingRequest;
import io.cairn.peer.v1.Hello;
import io.cairn.peer.v1.PeerGrpc;
import io.cairn.replication.metadata.RatisMetadata;
import io.cairn.replication.metadata.RatisOptions;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuorumFoundingTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final UUID OTHER_STORE = new UUID(5, 6);

  @TempDir Path directory;
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final String otherName = InProcessServerBuilder.generateName();
  private Server other;

  @BeforeEach
  void startTheOther() throws IOException {
    other =
        InProcessServerBuilder.forName(otherName)
            .addService(
                new PeerGrpc.PeerImplBase() {
                  @Override
                  public void askFounding(
                      FoundingRequest request, StreamObserver<FoundingAnswer> answers) {
                    answers.onNext(
                        FoundingAnswer.newBuilder()
                            .setFounding(Founding.FOUNDING_NOT_BEGUN)
                            .setStoreId(PeerCodec.text(OTHER_STORE))
                            .build());
                    answers.onCompleted();
                  }
                })
            .build()
            .start();
  }

  @AfterEach
  void stopAll() {
    other.shutdownNow();
    timer.shutdownNow();
  }

  /** Its record comes before its first vote; so it waits for room, and the node goes on. */
  @Test
  void onAFullDiskItFoundsWhenThereIsRoom() throws IOException {
    Path quorum = directory.resolve("quorum");
    Path obstacle = Files.createFile(quorum);
    AtomicInteger refused = new AtomicInteger();
    FailStop failStop = new FailStop(failure -> {});
    RatisOptions.Peer self = new RatisOptions.Peer(1, "127.0.0.1", TestCluster.freePorts(1).get(0));
    try (RatisMetadata metadata =
        RatisMetadata.waiting(RatisOptions.of(self, List.of(self), "test", quorum))) {
      Hello hello = Hello.newBuilder().setNodeId(1).build();
      QuorumFounding founding =
          new QuorumFounding(
              quorum,
              hello,
              new QuorumPeers(
                  hello,
                  List.of(member(1), member(2)),
                  address -> InProcessChannelBuilder.forName(otherName).build(),
                  timer),
              metadata,
              failure -> refused.incrementAndGet() > 0,
              failStop);
      founding.beginIfKnown();
      founding.start();
      await().atMost(LIMIT).until(() -> refused.get() > 1);
      assertThat(FoundingRecord.readOrNull(quorum)).isNull();

      Files.delete(obstacle);
      await().atMost(LIMIT).until(() -> FoundingRecord.readOrNull(quorum) != null);
      assertThat(FoundingRecord.readOrNull(quorum))
          .isEqualTo(new FoundingRecord(false, Map.of(2, OTHER_STORE)));
      assertThat(failStop.hasFailed()).isFalse();
      founding.close();
    }
  }

  private static NodeConfig.Member member(int nodeId) {
    return new NodeConfig.Member(nodeId, new Address("127.0.0.1", nodeId), nodeId);
  }
}
