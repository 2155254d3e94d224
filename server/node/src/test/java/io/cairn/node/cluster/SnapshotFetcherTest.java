package io.cairn.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.node.config.NodeConfigLoader;
import io.cairn.node.data.DataDirectory;
import io.cairn.node.shard.FailStop;
import io.cairn.peer.v1.Hello;
import io.cairn.replication.core.metadata.ChangeResult;
import io.cairn.replication.core.metadata.IsrChange.AlterIsr;
import io.cairn.replication.core.metadata.IsrChange.ForceLeader;
import io.cairn.replication.core.metadata.MetadataChange;
import io.cairn.replication.core.metadata.NodeChange.Failed;
import io.cairn.replication.core.metadata.NodeChange.Ready;
import io.cairn.replication.core.metadata.NodeChange.Register;
import io.cairn.replication.core.metadata.ProcessId;
import io.cairn.replication.core.metadata.ReplicaChange.CreateShard;
import io.cairn.replication.metadata.SoleMetadata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFetcherTest {
  private static final UUID STORE = new UUID(1, 1);
  private static final UUID OTHER_STORE = new UUID(2, 2);
  private static final ProcessId OTHER = new ProcessId(2, OTHER_STORE, 1);

  @TempDir Path temporary;

  private final List<String> reopened = new CopyOnWriteArrayList<>();

  /** Found by the simulator: the only one in sync would have waited for itself. */
  @Test
  void whoIsForcedToLeadKeepsWhatItHas() throws IOException {
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    FailStop failStop = new FailStop(failure -> reopened.add(failure.reason()));
    try (SoleMetadata quorum = SoleMetadata.open(1, temporary.resolve("metadata"));
        DataDirectory directory = directory();
        SnapshotFetcher fetcher =
            new SnapshotFetcher(
                directory,
                new PeerNetwork("c", new ProcessId(1, STORE, 1), null, timer, new NoListener()),
                quorum,
                (shard, received) -> reopened.add(shard + " " + received),
                failStop,
                Hello.newBuilder().setNodeId(1).build())) {
      agree(quorum, new Register(1, STORE, 1, List.of("a"), 0));
      agree(quorum, new Register(2, OTHER_STORE, 1, List.of("b"), 0));
      agree(quorum, new Ready(1, STORE, 1, List.of()));
      agree(quorum, new Ready(2, OTHER_STORE, 1, List.of()));
      agree(quorum, new CreateShard(0, List.of(2, 1), 0));
      agree(quorum, new AlterIsr(0, 2, 1, 1, List.of(OTHER)));

      fetcher.fetch(0);
      agree(quorum, new Failed(2, OTHER_STORE, 1, List.of()));
      assertThat(reopened).isEmpty();
      agree(quorum, new ForceLeader(0, 1, 1));

      await().untilAsserted(() -> assertThat(reopened).containsExactly("0 false"));
    } finally {
      timer.shutdownNow();
    }
  }

  private static void agree(SoleMetadata quorum, MetadataChange change) {
    assertThat(quorum.propose(change).join()).isInstanceOf(ChangeResult.Applied.class);
  }

  private DataDirectory directory() {
    return DataDirectory.open(
        NodeConfigLoader.load(Map.of("data-dir", temporary + "/data"), Map.of(), null).config());
  }

  private static final class NoListener implements PeerLink.Listener {
    @Override
    public void onConnected(ProcessId peer) {}

    @Override
    public void onDisconnected(ProcessId peer) {}

    @Override
    public void onUnreachable(int nodeId) {}
  }
}
