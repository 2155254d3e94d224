package io.cairn.replication.core.metadata;

import static io.cairn.replication.core.metadata.MetadataFixture.SHARD;
import static io.cairn.replication.core.metadata.MetadataFixture.disk;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.replication.core.metadata.ChangeResult.Refusal;
import io.cairn.replication.core.metadata.IsrChange.AlterIsr;
import io.cairn.replication.core.metadata.IsrChange.ForceLeader;
import io.cairn.replication.core.metadata.IsrChange.Transfer;
import io.cairn.replication.core.metadata.ReplicaChange.AddReplica;
import io.cairn.replication.core.metadata.ReplicaChange.CancelAdd;
import io.cairn.replication.core.metadata.ReplicaChange.CreateShard;
import io.cairn.replication.core.metadata.ReplicaChange.RemoveReplica;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens to a cluster, told change by change. */
class ClusterMetadataTest {
  private final MetadataFixture cluster = MetadataFixture.ofNodesWithShard(4);

  @Test
  void aNewShardIsInSyncEverywhere() {
    assertThat(cluster.shard().leader()).isEqualTo(1);
    assertThat(cluster.shard().epoch()).isEqualTo(1);
    assertThat(cluster.isr()).containsExactly(1, 2, 3);
    cluster.refuse(new CreateShard(SHARD, List.of(1), 0), Refusal.INVALID);
    cluster.refuse(new CreateShard(1, List.of(1, 1), 0), Refusal.INVALID);
    cluster.refuse(new CreateShard(1, List.of(9), 0), Refusal.UNKNOWN_NODE);
  }

  @Test
  void aShardThatHasALogAlreadyContinuesItsEpochsAndOthersCatchUp() {
    cluster.apply(new CreateShard(1, List.of(4, 1), 17));
    ShardMetadata grown = cluster.shard(1);
    assertThat(grown.epoch()).isEqualTo(18);
    assertThat(grown.isr()).containsExactly(new IsrMember(4, disk(4)));
  }

  @Test
  void theLongestKnownLogLeadsNext() {
    cluster.fail(1, new LogEnd(SHARD, 2, 1, 90), new LogEnd(SHARD, 3, 1, 95));
    assertThat(cluster.shard().leader()).isEqualTo(3);
    assertThat(cluster.shard().epoch()).isEqualTo(2);
    assertThat(cluster.isr()).containsExactly(1, 2, 3);
    assertThat(cluster.shard().version()).isEqualTo(2);
  }

  @Test
  void aNewerEpochCountsMoreThanALongerLog() {
    cluster.fail(1, new LogEnd(SHARD, 2, 1, 900), new LogEnd(SHARD, 3, 2, 1));
    assertThat(cluster.shard().leader()).isEqualTo(3);
  }

  @Test
  void whoIsOutOfSyncIsNotElected() {
    cluster.apply(cluster.alterIsr(1, 2));
    cluster.fail(1, new LogEnd(SHARD, 3, 9, 900));
    assertThat(cluster.shard().leader()).isEqualTo(2);
    cluster.fail(2);
    assertThat(cluster.shard().hasLeader()).isFalse();
    assertThat(cluster.shard().epoch()).isEqualTo(2);
    assertThat(cluster.isr()).containsExactly(1, 2);
    cluster.ready(2);
    assertThat(cluster.shard().leader()).isEqualTo(2);
    assertThat(cluster.shard().epoch()).isEqualTo(3);
  }

  @Test
  void aPowerCutOfAllLeavesEveryInSyncReplicaElectable() {
    cluster.apply(cluster.register(1, 1, 2));
    cluster.apply(cluster.register(2, 2, 2));
    cluster.apply(cluster.register(3, 3, 2));
    assertThat(cluster.shard().hasLeader()).isFalse();
    assertThat(cluster.isr()).containsExactly(1, 2, 3);
    cluster.ready(2);
    assertThat(cluster.shard().leader()).isEqualTo(2);
  }

  @Test
  void aRestartThatNobodyNoticedEndsTheEpoch() {
    AlterIsr proposal = cluster.alterIsr(1, 2);
    cluster.apply(cluster.register(1, 1, 2));
    assertThat(cluster.shard().leader()).isEqualTo(2);
    assertThat(cluster.shard().epoch()).isEqualTo(2);
    cluster.refuse(proposal, Refusal.STALE_EPOCH);
  }

  @Test
  void theOnlyReplicaLeadsInANewEpochAfterARestart() {
    cluster.apply(new CreateShard(1, List.of(4), 0));
    cluster.start(4, 4, 2);
    assertThat(cluster.shard(1).leader()).isEqualTo(4);
    assertThat(cluster.shard(1).epoch()).isEqualTo(2);
  }

  @Test
  void anIsrChangeIsACompareAndSet() {
    AlterIsr shrink = cluster.alterIsr(1, 2);
    AlterIsr other = cluster.alterIsr(1, 3);
    cluster.apply(shrink);
    cluster.refuse(other, Refusal.STALE_VERSION);
    cluster.refuse(shrink, Refusal.STALE_VERSION);
    cluster.refuse(cluster.alterIsr(2, 3), Refusal.INVALID);
    cluster.refuse(cluster.alterIsr(1, 1), Refusal.INVALID);
    cluster.refuse(cluster.alterIsr(1, 4), Refusal.NOT_A_REPLICA);
  }

  @Test
  void aProcessThatHasRestartedDoesNotEnterByItsOldIncarnation() {
    cluster.apply(cluster.alterIsr(1, 2));
    AlterIsr expand = cluster.alterIsr(1, 2, 3);
    cluster.start(3, 3, 2);
    cluster.refuse(expand, Refusal.STALE_INCARNATION);
    cluster.apply(cluster.alterIsr(1, 2, 3));
    assertThat(cluster.isr()).containsExactly(1, 2, 3);
  }

  @Test
  void whoIsTakenToHaveFailedDoesNotEnter() {
    cluster.apply(cluster.alterIsr(1, 2));
    AlterIsr expand = cluster.alterIsr(1, 2, 3);
    cluster.fail(3);
    cluster.refuse(expand, Refusal.NOT_ALIVE);
    assertThat(cluster.isr()).containsExactly(1, 2);
  }

  @Test
  void aWipedNodeIsNotElectedUntilItsDiskComesBack() {
    cluster.apply(cluster.alterIsr(1, 2));
    cluster.fail(2);
    cluster.fail(1);
    cluster.start(1, 91, 1);
    assertThat(cluster.shard().hasLeader()).isFalse();
    cluster.start(1, 1, 2);
    assertThat(cluster.shard().leader()).isEqualTo(1);
  }

  @Test
  void anotherDiskEntersAsAnotherMember() {
    cluster.start(3, 93, 1);
    AlterIsr withNewDisk = cluster.alterIsr(1, 2, 3);
    cluster.apply(withNewDisk);
    assertThat(cluster.shard().memberOrNull(3)).isEqualTo(new IsrMember(3, disk(93)));
  }

  @Test
  void lateAndCopiedRegistrationsAreRefused() {
    NodeChange.Register late = cluster.register(3, 3, 2);
    cluster.start(3, 93, 1);
    cluster.refuse(late, Refusal.STALE_VERSION);
    cluster.start(3, 93, 5);
    cluster.refuse(cluster.register(3, 93, 4), Refusal.STALE_INCARNATION);
    cluster.refuse(new NodeChange.Ready(3, disk(93), 1, List.of()), Refusal.STALE_INCARNATION);
    cluster.refuse(new NodeChange.Failed(3, disk(93), 1, List.of()), Refusal.STALE_INCARNATION);
  }

  @Test
  void aRegistrationSentAgainChangesNothing() {
    NodeChange.Register register = cluster.register(3, 3, 2);
    cluster.apply(register);
    cluster.ready(3);
    ClusterMetadata before = cluster.metadata;
    cluster.apply(register);
    assertThat(cluster.metadata).isSameAs(before);
  }

  @Test
  void leadershipIsTransferredWithinTheIsr() {
    cluster.apply(cluster.alterIsr(1, 2));
    cluster.refuse(new Transfer(SHARD, 1, 3), Refusal.NOT_IN_SYNC);
    cluster.refuse(new Transfer(SHARD, 7, 2), Refusal.STALE_EPOCH);
    cluster.apply(new Transfer(SHARD, 1, 2));
    assertThat(cluster.shard().leader()).isEqualTo(2);
    assertThat(cluster.shard().epoch()).isEqualTo(2);
    cluster.fail(1);
    cluster.refuse(new Transfer(SHARD, 2, 1), Refusal.NOT_ALIVE);
  }

  @Test
  void aLeaderIsForcedOnlyWhenNoOtherCanBeHad() {
    cluster.apply(cluster.alterIsr(1));
    cluster.refuse(new ForceLeader(SHARD, 1, 2), Refusal.NEEDLESS_DATA_LOSS);
    cluster.fail(1);
    cluster.refuse(new ForceLeader(SHARD, 1, 4), Refusal.NOT_A_REPLICA);
    cluster.apply(new ForceLeader(SHARD, 1, 2));
    assertThat(cluster.shard().leader()).isEqualTo(2);
    assertThat(cluster.isr()).containsExactly(2);
    assertThat(cluster.shard().forcedEpoch()).isEqualTo(2);
  }

  @Test
  void aReplicaIsReplacedOnceTheNewOneIsInSync() {
    cluster.apply(new AddReplica(SHARD, 4, 1));
    cluster.refuse(new AddReplica(SHARD, 4, 2), Refusal.CHANGE_PENDING);
    cluster.refuse(new RemoveReplica(SHARD, 3), Refusal.CHANGE_PENDING);
    assertThat(cluster.shard().replicas()).containsExactly(1, 2, 3);
    cluster.apply(cluster.alterIsr(1, 2, 3, 4));
    assertThat(cluster.shard().replicas()).containsExactly(2, 3, 4);
    assertThat(cluster.isr()).containsExactly(2, 3, 4);
    assertThat(cluster.shard().leader()).isEqualTo(2);
    assertThat(cluster.shard().epoch()).isEqualTo(2);
    cluster.refuse(new CancelAdd(SHARD), Refusal.NO_CHANGE_PENDING);
    cluster.fail(1);
    cluster.apply(new NodeChange.Remove(1));
    assertThat(cluster.metadata.nodes()).containsOnlyKeys(2, 3, 4);
  }

  /** The new one would be the only copy, and its disk may be gone before that is agreed. */
  @Test
  void oneOfTheLastInSyncIsNotReplaced() {
    cluster.apply(cluster.alterIsr(1));
    cluster.apply(new AddReplica(SHARD, 4, 1));
    cluster.refuse(cluster.alterIsr(1, 4), Refusal.TOO_FEW_IN_SYNC);
    cluster.apply(cluster.alterIsr(1, 2));
    cluster.apply(cluster.alterIsr(1, 2, 4));
    assertThat(cluster.isr()).containsExactly(2, 4);
    assertThat(cluster.shard().replicas()).containsExactly(2, 3, 4);
  }

  @Test
  void aReplicaThatIsNotInSyncIsReplacedWhoeverElseIs() {
    cluster.apply(cluster.alterIsr(1));
    cluster.apply(new AddReplica(SHARD, 4, 2));
    cluster.apply(cluster.alterIsr(1, 4));
    assertThat(cluster.isr()).containsExactly(1, 4);
    assertThat(cluster.shard().replicas()).containsExactly(1, 3, 4);
  }

  @Test
  void copyingCanBeGivenUp() {
    cluster.apply(new AddReplica(SHARD, 4, NodeMetadata.NONE));
    AlterIsr promotion = cluster.alterIsr(1, 2, 3, 4);
    cluster.apply(new CancelAdd(SHARD));
    cluster.refuse(promotion, Refusal.STALE_VERSION);
    assertThat(cluster.shard().replicas()).containsExactly(1, 2, 3);
  }

  @Test
  void aReplicaIsRemovedOnlyWhileEnoughOthersAreInSync() {
    cluster.apply(cluster.alterIsr(1, 2));
    cluster.refuse(new RemoveReplica(SHARD, 2), Refusal.TOO_FEW_IN_SYNC);
    cluster.apply(new RemoveReplica(SHARD, 3));
    assertThat(cluster.shard().replicas()).containsExactly(1, 2);
    cluster.apply(new RemoveReplica(SHARD, 1));
    assertThat(cluster.shard().leader()).isEqualTo(2);
    cluster.refuse(new RemoveReplica(SHARD, 2), Refusal.TOO_FEW_IN_SYNC);
  }

  @Test
  void aNodeThatIsNeededIsNotRemoved() {
    cluster.refuse(new NodeChange.Remove(4), Refusal.NODE_IN_USE);
    cluster.fail(4);
    cluster.apply(new NodeChange.Remove(4));
    assertThat(cluster.metadata.forgotten()).containsExactly(4);
    cluster.fail(3);
    cluster.refuse(new NodeChange.Remove(3), Refusal.NODE_IN_USE);
    cluster.refuse(new NodeChange.Remove(9), Refusal.UNKNOWN_NODE);
  }

  @Test
  void aNodeIsForgottenUntilItComesBack() {
    cluster.fail(4);
    cluster.apply(new NodeChange.Remove(4));
    cluster.apply(new SetMinInsyncReplicas(1));
    cluster.apply(cluster.alterIsr(1, 2));
    cluster.fail(2);
    assertThat(cluster.metadata.forgotten()).containsExactly(4);
    cluster.apply(cluster.register(4, 44, 1));
    assertThat(cluster.metadata.forgotten()).isEmpty();
  }

  @Test
  void strongWritesNeedAMajorityUnlessToldOtherwise() {
    assertThat(cluster.metadata.minInsyncReplicas(3)).isEqualTo(2);
    assertThat(cluster.metadata.minInsyncReplicas(5)).isEqualTo(3);
    cluster.apply(new SetMinInsyncReplicas(3));
    assertThat(cluster.metadata.minInsyncReplicas(2)).isEqualTo(2);
    assertThat(cluster.metadata.minInsyncReplicas(5)).isEqualTo(3);
    cluster.refuse(new SetMinInsyncReplicas(-1), Refusal.INVALID);
  }
}
