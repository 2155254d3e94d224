package io.cairn.replication.core.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.replication.core.metadata.ChangeResult.Applied;
import io.cairn.replication.core.metadata.ChangeResult.Refused;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Random changes, right ones and stale ones, late ones that were made for older metadata, all in
 * any order: what must always hold, holds, judged here from outside and from history.
 */
class ClusterMetadataProperties {
  private static final int CHANGES = 150;

  /** By shard and epoch. */
  private final Map<String, Integer> leaders = new HashMap<>();

  private int applied;

  @Property(tries = 300)
  void holdsWhateverComes(@ForAll long seed) {
    leaders.clear();
    applied = 0;
    Random random = new Random(seed);
    MetadataFixture cluster = MetadataFixture.ofNodesWithShard(5);
    cluster.apply(new ReplicaChange.CreateShard(1, List.of(2, 3), 4));
    List<MetadataChange> late = new ArrayList<>();
    for (int i = 0; i < CHANGES; i++) {
      MetadataChange change = randomChange(random, cluster);
      if (random.nextInt(4) == 0) {
        late.add(change);
        change = late.get(random.nextInt(late.size()));
      }
      ClusterMetadata before = cluster.metadata;
      ChangeResult result = before.apply(change);
      assertThat(before.apply(change)).isEqualTo(result);
      if (result instanceof Applied done) {
        check(before, change, done.metadata());
        cluster.metadata = done.metadata();
      } else {
        assertThat(((Refused) result).sentence()).isNotBlank();
      }
    }
    assertThat(applied).isGreaterThan(CHANGES / 10);
  }

  private void check(ClusterMetadata before, MetadataChange change, ClusterMetadata after) {
    if (after.equals(before)) {
      assertThat(after).isSameAs(before);
      return;
    }
    applied++;
    assertThat(after.version()).isEqualTo(before.version() + 1);
    Set<Integer> gone = new HashSet<>(before.nodes().keySet());
    gone.removeAll(after.nodes().keySet());
    assertThat(after.forgotten()).containsAll(gone);
    for (ShardMetadata shard : after.shards().values()) {
      ShardMetadata old = before.shards().get(shard.shard());
      if (shard.hasLeader()) {
        String epoch = shard.shard() + "/" + shard.epoch();
        assertThat(leaders.computeIfAbsent(epoch, e -> shard.leader())).isEqualTo(shard.leader());
        assertThat(shard.memberOrNull(shard.leader())).isNotNull();
        assertThat(MetadataFixture.node(after, shard.leader()).alive()).isTrue();
      }
      assertThat(shard.isr()).isNotEmpty();
      assertThat(shard.replicas())
          .containsAll(shard.isr().stream().map(IsrMember::nodeId).toList());
      if (old != null) {
        checkSuccessor(after, change, old, shard);
      }
    }
  }

  private static void checkSuccessor(
      ClusterMetadata after, MetadataChange change, ShardMetadata old, ShardMetadata shard) {
    assertThat(shard.epoch()).isBetween(old.epoch(), old.epoch() + 1);
    boolean forced = change instanceof IsrChange.ForceLeader;
    // Committed data is on every in-sync replica, and on whom the leader named: one of them leads.
    if (shard.leader() != old.leader() && shard.hasLeader() && !forced) {
      boolean named =
          change instanceof IsrChange.AlterIsr alter
              && alter.isr().stream().anyMatch(entry -> entry.nodeId() == shard.leader());
      assertThat(old.isr().contains(shard.memberOrNull(shard.leader())) || named).isTrue();
    }
    // Only its leader lets anyone into the ISR, and only a living process of this incarnation.
    Set<IsrMember> entered = new HashSet<>(shard.isr());
    old.isr().forEach(entered::remove);
    if (!entered.isEmpty() && !forced) {
      IsrChange.AlterIsr alter = (IsrChange.AlterIsr) change;
      assertThat(alter.epoch()).isEqualTo(old.epoch());
      for (IsrMember member : entered) {
        NodeMetadata node = MetadataFixture.node(after, member.nodeId());
        assertThat(node.alive()).isTrue();
        assertThat(alter.isr())
            .contains(new ProcessId(node.nodeId(), node.storeId(), node.incarnation()));
      }
    }
    // One replica comes, or goes, or takes another's place; nothing overlaps.
    Set<Integer> came = new HashSet<>(shard.replicas());
    old.replicas().forEach(came::remove);
    Set<Integer> went = new HashSet<>(old.replicas());
    shard.replicas().forEach(went::remove);
    assertThat(came).hasSizeLessThan(2);
    assertThat(went).hasSizeLessThan(2);
    if (old.pending() != null && shard.pending() != null) {
      assertThat(shard.pending()).isEqualTo(old.pending());
      assertThat(shard.replicas()).isEqualTo(old.replicas());
    }
    // A failed or restarted node alone never shrinks an ISR.
    if (change instanceof NodeChange) {
      assertThat(shard.isr()).isEqualTo(old.isr());
    }
  }

  private static MetadataChange randomChange(Random random, MetadataFixture cluster) {
    ClusterMetadata metadata = cluster.metadata;
    int nodeId = 1 + random.nextInt(6);
    NodeMetadata node = metadata.nodes().get(nodeId);
    ShardMetadata shard = cluster.shard(random.nextInt(2));
    if (node == null) {
      return new NodeChange.Register(
          nodeId, MetadataFixture.disk(nodeId), 1, List.of(), metadata.version());
    }
    int number = shard.shard();
    return switch (random.nextInt(16)) {
      case 0 ->
          new NodeChange.Register(
              nodeId,
              random.nextInt(4) == 0
                  ? MetadataFixture.disk(10 * nodeId + random.nextInt(2))
                  : node.storeId(),
              node.incarnation() + 1 - random.nextInt(2),
              List.of(),
              metadata.version() - random.nextInt(2));
      case 1, 2, 3 ->
          new NodeChange.Ready(nodeId, node.storeId(), node.incarnation(), ends(random));
      case 4 -> new NodeChange.Failed(nodeId, node.storeId(), node.incarnation(), ends(random));
      case 5 -> new NodeChange.Remove(nodeId);
      case 6 -> new IsrChange.Transfer(number, shard.epoch(), nodeId);
      case 7 -> new IsrChange.ForceLeader(number, shard.epoch(), nodeId);
      case 8 -> new ReplicaChange.AddReplica(number, nodeId, random.nextInt(7));
      case 9 -> new ReplicaChange.CancelAdd(number);
      case 10 -> new ReplicaChange.RemoveReplica(number, nodeId);
      default -> alterIsr(random, metadata, shard);
    };
  }

  private static List<LogEnd> ends(Random random) {
    return List.of(
        new LogEnd(0, 1 + random.nextInt(5), random.nextInt(3), random.nextInt(9)),
        new LogEnd(1, 1 + random.nextInt(5), random.nextInt(3), random.nextInt(9)));
  }

  private static MetadataChange alterIsr(
      Random random, ClusterMetadata metadata, ShardMetadata shard) {
    List<ProcessId> isr = new ArrayList<>();
    for (NodeMetadata node : metadata.nodes().values()) {
      boolean mayBe = shard.involves(node.nodeId()) || random.nextInt(20) == 0;
      if (node.nodeId() == shard.leader() || (mayBe && random.nextInt(3) > 0)) {
        isr.add(new ProcessId(node.nodeId(), node.storeId(), node.incarnation()));
      }
    }
    return new IsrChange.AlterIsr(
        shard.shard(), shard.leader(), shard.epoch(), shard.version(), isr);
  }
}
