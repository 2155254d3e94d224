package io.cairn.replication.core.metadata;

import static io.cairn.replication.core.metadata.MetadataFixture.SHARD;
import static io.cairn.replication.core.metadata.MetadataFixture.disk;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Three nodes with one shard, watched tick by tick. */
class FailureDetectorTest {
  private static final int TIMEOUT_TICKS = 10;
  private static final int HINT_TICKS = 2;

  private final MetadataFixture cluster = MetadataFixture.ofNodesWithShard(3);
  private final FailureDetector detector = new FailureDetector(TIMEOUT_TICKS, HINT_TICKS);

  FailureDetectorTest() {
    detector.onController(cluster.metadata);
  }

  @Test
  void whoIsHeardOfHasNotFailed() {
    for (int i = 0; i < 3 * TIMEOUT_TICKS; i++) {
      assertThat(ticksWith(1, 1, 2, 3)).isEmpty();
    }
  }

  @Test
  void silenceForAllTheTimeIsAFailureAndTheLongestKnownLogIsToLead() {
    heard(2, new LogEnd(SHARD, 2, 1, 90));
    heard(3, new LogEnd(SHARD, 3, 1, 95));
    assertThat(ticks(TIMEOUT_TICKS - 1)).isEmpty();
    heard(2, new LogEnd(SHARD, 2, 1, 91));
    heard(3, new LogEnd(SHARD, 3, 1, 96), new LogEnd(SHARD, 1, 7, 7));
    assertThat(ticks(1))
        .containsExactly(failed(1, new LogEnd(SHARD, 2, 1, 91), new LogEnd(SHARD, 3, 1, 96)));
    applyAll(failed(1, new LogEnd(SHARD, 2, 1, 91), new LogEnd(SHARD, 3, 1, 96)));
    assertThat(cluster.shard().leader()).isEqualTo(3);
  }

  @Test
  void twoThatFailTogetherAreNotPreferredAsLeaders() {
    heard(2, new LogEnd(SHARD, 2, 1, 95));
    ticks(TIMEOUT_TICKS - 1);
    heard(3, new LogEnd(SHARD, 3, 1, 90));
    LogEnd known = new LogEnd(SHARD, 3, 1, 90);
    assertThat(ticks(1)).containsExactly(failed(1, known), failed(2, known));
  }

  @Test
  void aHintShortensTheTimeUnlessTheNodeIsHeardOf() {
    detector.onHint(1, 2, disk(2), 1);
    assertThat(ticks(HINT_TICKS - 1)).isEmpty();
    detector.onHint(1, 2, disk(2), 1);
    assertThat(ticks(1)).containsExactly(failed(2));

    detector.onHint(1, 3, disk(3), 1);
    assertThat(ticks(HINT_TICKS - 1)).isEmpty();
    heard(3);
    assertThat(ticks(HINT_TICKS)).isEmpty();
  }

  @Test
  void whatAllOthersSayNeedsNoTime() {
    detector.onHint(1, 2, disk(2), 1);
    detector.onHint(3, 2, disk(2), 1);
    assertThat(ticks(1)).containsExactly(failed(2));
  }

  @Test
  void itWasHeardOfAfterWhatOneOfTheOthersSaid() {
    detector.onHint(1, 2, disk(2), 1);
    heard(2);
    detector.onHint(3, 2, disk(2), 1);
    assertThat(ticks(1)).isEmpty();
  }

  @Test
  void theOnlyOtherOneIsNotEnough() {
    applyAll(failed(3));
    detector.onHint(1, 2, disk(2), 1);
    assertThat(ticks(HINT_TICKS - 1)).isEmpty();
    assertThat(ticks(1)).contains(failed(2));
  }

  /** Of those that accuse each other one has lost the others, and it is not known which. */
  @Test
  void whoIsInDoubtIsNotNeededAndTwoOthersAre() {
    detector.onHint(1, 2, disk(2), 1);
    detector.onHint(1, 3, disk(3), 1);
    detector.onHint(3, 2, disk(2), 1);
    assertThat(ticks(HINT_TICKS - 1)).isEmpty();
  }

  @Test
  void otherProcessesThanTheRegisteredOneDoNotCount() {
    cluster.start(2, 2, 2);
    detector.onMetadata(cluster.metadata);
    ticksWith(TIMEOUT_TICKS - 1, 1, 3);
    detector.onHeartbeat(2, disk(2), 1, true, List.of());
    detector.onHeartbeat(2, disk(9), 2, true, List.of());
    detector.onHeartbeat(9, disk(9), 1, true, List.of());
    detector.onHint(1, 3, disk(3), 2);
    detector.onLeaving(3, disk(9), 1);
    assertThat(ticks(1)).containsExactly(failed(2));
  }

  @Test
  void whoSaysThatItStopsHasFailedAtOnceAndDoesNotComeBack() {
    heard(2);
    detector.onLeaving(2, disk(2), 1);
    assertThat(ticks(1)).containsExactly(failed(2));
    applyAll(failed(2));
    heard(2);
    assertThat(ticks(1)).isEmpty();

    cluster.apply(cluster.register(2, 2, 2));
    detector.onMetadata(cluster.metadata);
    heard(2);
    assertThat(ticks(1)).containsExactly(ready(2));
  }

  @Test
  void aNodeIsReadyWhenItSaysSoAndNoHintContradicts() {
    cluster.apply(cluster.register(2, 2, 2));
    detector.onMetadata(cluster.metadata);
    detector.onHeartbeat(2, disk(2), 2, false, List.of());
    assertThat(ticks(1)).isEmpty();
    heard(2);
    detector.onHint(1, 2, disk(2), 2);
    assertThat(ticks(1)).isEmpty();
    heard(2, new LogEnd(SHARD, 2, 1, 5));
    assertThat(ticks(1)).containsExactly(ready(2, new LogEnd(SHARD, 2, 1, 5)));
  }

  @Test
  void oneThatHadFailedAndIsHeardOfAgainIsReady() {
    applyAll(failed(2));
    assertThat(ticksWith(TIMEOUT_TICKS, 1, 3)).isEmpty();
    heard(2);
    assertThat(ticks(1)).containsExactly(ready(2));
  }

  @Test
  void aChangeWithoutEffectIsProposedAgainAfterAWhile() {
    detector.onLeaving(2, disk(2), 1);
    assertThat(ticksWith(1, 1, 3)).containsExactly(failed(2));
    assertThat(ticksWith(TIMEOUT_TICKS / 2 - 1, 1, 3)).isEmpty();
    assertThat(ticksWith(1, 1, 3)).containsExactly(failed(2));
    applyAll(failed(2));
    assertThat(ticksWith(2 * TIMEOUT_TICKS, 1, 3)).isEmpty();
  }

  @Test
  void aPauseOfTheControllerIsNobodysFailure() {
    detector.onHint(1, 2, disk(2), 1);
    ticks(1);
    assertThat(detector.tick(5 * TIMEOUT_TICKS)).isEmpty();
    assertThat(ticks(TIMEOUT_TICKS - 1)).isEmpty();
    assertThat(ticks(1)).containsExactly(failed(1), failed(2), failed(3));
  }

  @Test
  void fewMissedTicksAreOrdinaryTime() {
    assertThat(detector.tick(TIMEOUT_TICKS / 2)).isEmpty();
    assertThat(detector.tick(TIMEOUT_TICKS / 2)).containsExactly(failed(1), failed(2), failed(3));
  }

  @Test
  void aNewControllerGivesEveryoneTheFullTimeAndBelievesNobodyFromBefore() {
    cluster.apply(cluster.register(2, 2, 2));
    detector.onMetadata(cluster.metadata);
    heard(2);
    ticksWith(1, 1);
    detector.onController(cluster.metadata);
    assertThat(ticks(TIMEOUT_TICKS - 1)).isEmpty();
    assertThat(ticks(1)).containsExactly(failed(1), failed(3));
  }

  @Test
  void aHintFromBeforeTheControllerIsOneOfNow() {
    detector.onHint(1, 3, disk(3), 1);
    ticks(HINT_TICKS - 1);
    detector.onController(cluster.metadata);
    assertThat(ticks(HINT_TICKS - 1)).isEmpty();
    assertThat(ticks(1)).containsExactly(failed(3));
  }

  @Test
  void whomAllOthersLostBeforeTheControllerHasFailedWithItsFirstTick() {
    detector.onHint(1, 3, disk(3), 1);
    detector.onHint(2, 3, disk(3), 1);
    detector.onController(cluster.metadata);
    assertThat(ticks(1)).containsExactly(failed(3));
  }

  @Test
  void theFirstMemberStandsForElectionWhenAllOthersHaveLostTheController() {
    List<Integer> members = List.of(1, 2, 3);
    assertThat(detector.candidateOrNone(1, members)).isEqualTo(NodeMetadata.NONE);
    detector.onHint(3, 1, disk(1), 1);
    assertThat(detector.candidateOrNone(1, members)).isEqualTo(NodeMetadata.NONE);
    detector.onHint(2, 1, disk(1), 1);
    assertThat(detector.candidateOrNone(1, members)).isEqualTo(2);
    assertThat(detector.candidateOrNone(1, List.of(1, 3))).isEqualTo(3);
    assertThat(detector.candidateOrNone(1, List.of(1))).isEqualTo(NodeMetadata.NONE);
    assertThat(detector.candidateOrNone(2, members)).isEqualTo(NodeMetadata.NONE);
    heard(1);
    assertThat(detector.candidateOrNone(1, members)).isEqualTo(NodeMetadata.NONE);
  }

  @Test
  void whoIsInDoubtDoesNotStandForElection() {
    cluster.start(4, 4, 1);
    detector.onMetadata(cluster.metadata);
    detector.onHint(4, 2, disk(2), 1);
    detector.onHint(3, 1, disk(1), 1);
    detector.onHint(4, 1, disk(1), 1);
    assertThat(detector.candidateOrNone(1, List.of(1, 2, 3))).isEqualTo(3);
  }

  @Test
  void whenThereIsNoControllerTheQuorumElectsOneByItself() {
    detector.onHint(2, 1, disk(1), 1);
    detector.onHint(3, 1, disk(1), 1);
    assertThat(detector.candidateOrNone(NodeMetadata.NONE, List.of(1, 2, 3)))
        .isEqualTo(NodeMetadata.NONE);
  }

  @Test
  void aLeaderWhoseDiskIsFullHandsOverToTheLongestLogThatHasRoom() {
    heard(1);
    heard(2, new LogEnd(SHARD, 2, 1, 90));
    heard(3, new LogEnd(SHARD, 3, 1, 95));
    assertThat(ticks(1)).isEmpty();
    full(1, true);
    assertThat(ticks(1)).containsExactly(handOver(3));
    assertThat(ticksWith(TIMEOUT_TICKS / 2 - 1, 1, 2, 3)).isEmpty();
    assertThat(ticksWith(1, 1, 2, 3)).containsExactly(handOver(2));
    applyAll(handOver(2));
    assertThat(ticksWith(TIMEOUT_TICKS, 1, 2, 3)).isEmpty();
  }

  @Test
  void nobodyTakesOverWhoIsFullTooOrInDoubtOrNotReady() {
    heard(1);
    full(1, true);
    assertThat(ticks(1)).isEmpty();
    heard(2);
    full(2, true);
    heard(3);
    detector.onHint(1, 3, disk(3), 1);
    assertThat(ticks(1)).isEmpty();
    full(1, false);
    full(2, false);
    assertThat(ticksWith(TIMEOUT_TICKS, 1, 2, 3)).isEmpty();
  }

  @Test
  void aFullDiskOfAFollowerIsItsOwnAffair() {
    full(2, true);
    detector.onDiskFull(1, disk(9), 1, true);
    assertThat(ticksWith(TIMEOUT_TICKS, 1, 2, 3)).isEmpty();
  }

  @Test
  void aNodeThatWasRemovedIsForgotten() {
    cluster.start(4, 4, 1);
    detector.onMetadata(cluster.metadata);
    applyAll(failed(4));
    applyAll(new NodeChange.Remove(4));
    detector.onLeaving(4, disk(4), 1);
    assertThat(ticks(1)).isEmpty();
  }

  private void heard(int nodeId, LogEnd... ends) {
    NodeMetadata node = MetadataFixture.node(cluster.metadata, nodeId);
    detector.onHeartbeat(nodeId, node.storeId(), node.incarnation(), true, List.of(ends));
  }

  private void full(int nodeId, boolean full) {
    NodeMetadata node = MetadataFixture.node(cluster.metadata, nodeId);
    detector.onDiskFull(nodeId, node.storeId(), node.incarnation(), full);
  }

  private IsrChange.Transfer handOver(int target) {
    return new IsrChange.Transfer(SHARD, cluster.shard().epoch(), target);
  }

  private List<MetadataChange> ticks(int count) {
    return ticksWith(count);
  }

  /** Ticks, each after something was heard of these nodes. */
  private List<MetadataChange> ticksWith(int count, int... nodeIds) {
    List<MetadataChange> changes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      for (int nodeId : nodeIds) {
        heard(nodeId);
      }
      changes.addAll(detector.tick());
    }
    return changes;
  }

  private void applyAll(MetadataChange change) {
    cluster.apply(change);
    detector.onMetadata(cluster.metadata);
  }

  private NodeChange.Failed failed(int nodeId, LogEnd... ends) {
    NodeMetadata node = MetadataFixture.node(cluster.metadata, nodeId);
    return new NodeChange.Failed(nodeId, node.storeId(), node.incarnation(), List.of(ends));
  }

  private NodeChange.Ready ready(int nodeId, LogEnd... ends) {
    NodeMetadata node = MetadataFixture.node(cluster.metadata, nodeId);
    return new NodeChange.Ready(nodeId, node.storeId(), node.incarnation(), List.of(ends));
  }
}
