package io.cairn.replication.core.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever happens: no change without a reason, and calm brings the truth. */
class FailureDetectorProperties {
  private static final int TIMEOUT_TICKS = 8;
  private static final int NODES = 5;

  @Property(tries = 300)
  void findsTheTruthInCalm(@ForAll long seed) {
    Random random = new Random(seed);
    MetadataFixture cluster = MetadataFixture.ofNodesWithShard(NODES);
    FailureDetector detector = new FailureDetector(TIMEOUT_TICKS, 2);
    detector.onController(cluster.metadata);
    for (int i = 0; i < 100; i++) {
      happens(random, cluster, detector);
    }
    int running = random.nextInt(1 << NODES);
    for (int i = 0; i < 4 * TIMEOUT_TICKS; i++) {
      for (NodeMetadata node : cluster.metadata.nodes().values()) {
        if (isIn(running, node.nodeId())) {
          detector.onHeartbeat(node.nodeId(), node.storeId(), node.incarnation(), true, List.of());
        }
      }
      applyAll(cluster, detector, detector.tick());
    }
    for (NodeMetadata node : cluster.metadata.nodes().values()) {
      assertThat(node.alive()).as("%s", node).isEqualTo(isIn(running, node.nodeId()));
    }
  }

  private static boolean isIn(int set, int nodeId) {
    return (set & 1 << (nodeId - 1)) != 0;
  }

  private static void happens(Random random, MetadataFixture cluster, FailureDetector detector) {
    int nodeId = 1 + random.nextInt(NODES);
    NodeMetadata node = MetadataFixture.node(cluster.metadata, nodeId);
    switch (random.nextInt(8)) {
      case 0 ->
          detector.onHint(1 + random.nextInt(NODES), nodeId, node.storeId(), node.incarnation());
      case 1 -> {
        cluster.apply(cluster.register(nodeId, nodeId, node.incarnation() + 1));
        detector.onMetadata(cluster.metadata);
      }
      case 2 -> detector.onController(cluster.metadata);
      case 3, 4 -> {
        int elapsedTicks = 1 + random.nextInt(2 * TIMEOUT_TICKS);
        List<MetadataChange> changes = detector.tick(elapsedTicks);
        if (elapsedTicks > TIMEOUT_TICKS / 2) {
          assertThat(changes).isEmpty();
        }
        if (random.nextBoolean()) {
          applyAll(cluster, detector, changes);
        }
      }
      default ->
          detector.onHeartbeat(
              nodeId,
              node.storeId(),
              node.incarnation() - random.nextInt(2),
              random.nextBoolean(),
              List.of());
    }
  }

  private static void applyAll(
      MetadataFixture cluster, FailureDetector detector, List<MetadataChange> changes) {
    for (MetadataChange change : changes) {
      ClusterMetadata before = cluster.metadata;
      cluster.apply(change);
      assertThat(cluster.metadata.version()).as("%s", change).isGreaterThan(before.version());
      detector.onMetadata(cluster.metadata);
    }
  }
}
