package io.cairn.client;

import static io.cairn.client.ClientFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cairn.api.Failure;
import io.cairn.v1.WriteId;
import io.cairn.v1.WriteOutcome;
import io.grpc.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three nodes and one shard: who is asked while its leader changes, and that nothing is doubled.
 */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class FailoverTest {

  @Parameter boolean pipelining;

  private static final byte[] KEY = bytes("key");
  private static final byte[] VALUE = bytes("value");

  private ClientFixture fixture;
  private FakeCluster cluster;
  private CairnClient client;

  @BeforeEach
  void start() throws IOException {
    fixture = ClientFixture.of(3, 1, 2, pipelining);
    cluster = fixture.cluster;
    client = fixture.client;
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private FakeNode node(int number) {
    return fixture.nodes.get(number);
  }

  private int requests(int number) {
    return node(number).requests.size();
  }

  private int describeCalls() {
    return fixture.nodes.stream().mapToInt(node -> node.describeCalls).sum();
  }

  @Test
  void writesAndStrongReadsGoToTheLeaderEventualReadsToThePreferredNode() {
    cluster.lead(0, 2);

    client.put(KEY, VALUE);
    client.put(KEY, VALUE, ConsistencyLevel.EVENTUAL);
    assertThat(client.get(KEY)).isNotNull();
    assertThat(client.exists(KEY)).isTrue();
    assertThat(requests(2)).isEqualTo(4);

    assertThat(client.get(KEY, ConsistencyLevel.EVENTUAL)).isNotNull();
    assertThat(requests(0)).isEqualTo(1);
    assertThat(describeCalls()).isEqualTo(1);
    assertThat(fixture.channels.keySet()).containsExactlyInAnyOrder("node0", "node2");
  }

  @Test
  void aRedirectionIsFollowedAtOnceAndKept() {
    client.put(KEY, VALUE);
    cluster.lead(0, 1);

    client.put(KEY, VALUE);
    client.put(KEY, VALUE);

    assertThat(requests(0)).isEqualTo(2);
    assertThat(requests(1)).isEqualTo(2);
    assertThat(fixture.timer.delaysNanos).containsExactly(0L);
    assertThat(describeCalls()).isEqualTo(1);
  }

  @Test
  void aRedirectionOfAnOlderEpochIsNotFollowed() {
    client.put(KEY, VALUE);
    cluster.lead(0, 1);
    cluster.lead(0, 2);
    client.put(KEY, VALUE); // by which the client learns of node2 in epoch 3
    node(2).faults.add(FakeNode.refuse(FakeCluster.hint("node1", 2, 2)));

    client.put(KEY, VALUE);

    assertThat(requests(1)).isZero(); // it may have gone: to ask it may take a second
    assertThat(requests(2)).isEqualTo(3);
    assertThat(fixture.timer.delaysNanos.get(1)).isPositive();
  }

  @Test
  void whoeverFindsTheLeaderWakesThoseThatSeekIt() {
    client.put(KEY, VALUE);
    fixture.timer.hold = true;
    node(0).faults.addAll(Collections.nCopies(3, FakeNode.refuse(Failure.NOT_SERVING)));
    List<CompletableFuture<Long>> puts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      puts.add(client.async().put(KEY, VALUE));
    }
    assertThat(puts).noneMatch(CompletableFuture::isDone);

    client.put(bytes("other"), VALUE);

    assertThat(puts).allMatch(CompletableFuture::isDone);
    assertThat(node(0).applied).isEqualTo(5);
  }

  @Test
  void aCallThatWaitsForAnotherReasonIsNotWoken() {
    client.put(KEY, VALUE);
    fixture.timer.hold = true;
    node(0).faults.add(FakeNode.refuse(Failure.OVERLOADED));
    CompletableFuture<Long> put = client.async().put(KEY, VALUE);

    client.put(bytes("other"), VALUE);

    assertThat(put).isNotDone();
  }

  @Test
  void nodesThatNameEachOtherAreAskedWithPausesAndTheMapIsFetched() {
    client.put(KEY, VALUE);
    node(0).faults.addAll(Collections.nCopies(4, FakeNode.refuse(FakeCluster.hint("node1", 2, 1))));
    node(1).faults.addAll(Collections.nCopies(4, FakeNode.refuse(FakeCluster.hint("node0", 1, 1))));

    client.put(KEY, VALUE);

    assertThat(requests(0) + requests(1)).isGreaterThan(5);
    assertThat(fixture.timer.delaysNanos.get(0)).isZero();
    assertThat(fixture.timer.delaysNanos.stream().skip(1)).allMatch(nanos -> nanos > 0);
    assertThat(describeCalls()).isGreaterThan(1);
  }

  @Test
  void aLeaderThatNobodyKnowsIsWaitedFor() {
    client.put(KEY, VALUE);
    cluster.lead(0, FakeCluster.NOBODY);
    fixture.timer.hold = true;
    CompletableFuture<Long> put = client.async().put(KEY, VALUE);
    assertThat(put).isNotDone();
    cluster.lead(0, 1);

    while (!put.isDone()) {
      fixture.timer.held.remove().run();
    }

    assertThat(put).isCompleted();
    assertThat(requests(1)).isEqualTo(1);
  }

  /** Failures of a leader that is going, on which another one takes over. */
  @ParameterizedTest
  @EnumSource(
      value = Failure.class,
      names = {
        "NOT_LEADER",
        "NOT_SERVING",
        "LEADERSHIP_LOST",
        "SHUTTING_DOWN",
        "NOT_ENOUGH_REPLICAS",
        "STOPPED"
      })
  void whatPassesWithTheLeaderIsHiddenHoweverOftenItComes(Failure failure) {
    client.put(KEY, VALUE);
    node(0).faults.addAll(Collections.nCopies(8, FakeNode.refuse(failure)));
    node(0)
        .faults
        .add(
            (apply, caller) -> {
              cluster.lead(0, 1);
              FakeNode.refuse(failure).strike(apply, caller);
            });

    client.put(KEY, VALUE);

    assertThat(requests(0)).isEqualTo(10);
    assertThat(requests(1)).isEqualTo(1);
    boolean doubtful = failure.writeOutcome() == WriteOutcome.WRITE_OUTCOME_UNKNOWN;
    assertThat(node(1).writeIds).containsExactly(id(2, node(0).offset, doubtful ? 10 : 1));
  }

  @Test
  void aWriteWhoseReplyWasLostIsAppliedOnceThoughAnotherNodeLeads() {
    client.put(KEY, VALUE);
    node(0)
        .faults
        .add(
            (apply, caller) -> {
              cluster.lead(0, 2);
              FakeNode.loseReply().strike(apply, caller);
            });

    assertThat(client.put(KEY, VALUE)).isEqualTo(1001);

    assertThat(node(0).applied).isEqualTo(2);
    assertThat(node(2).applied).isZero();
    assertThat(node(2).writeIds).containsExactly(id(2, 1001, 2));
  }

  @Test
  void theMapIsNotAskedOfTheNodeThatHangs() {
    client.put(KEY, VALUE);
    node(0).describeFaults.add(node(0).silence());
    node(0)
        .faults
        .add(
            (apply, caller) -> {
              cluster.lead(0, 1);
              fixture.timer.advance(TimeUnit.SECONDS.toNanos(1));
              caller.onError(Status.DEADLINE_EXCEEDED.asRuntimeException());
            });

    client.put(KEY, VALUE);

    assertThat(node(1).describeCalls).isEqualTo(1);
    assertThat(requests(1)).isEqualTo(1);
    client.get(KEY, ConsistencyLevel.EVENTUAL);
    assertThat(requests(1)).isEqualTo(2);
  }

  @Test
  void aSecondAttemptAtALeaderThatHangsIsBrokenOffWhenThereIsANewLeader() {
    client.put(KEY, VALUE);
    node(0)
        .faults
        .add(
            (apply, caller) -> {
              fixture.timer.advance(TimeUnit.SECONDS.toNanos(1));
              caller.onError(Status.DEADLINE_EXCEEDED.asRuntimeException());
            });
    node(0).faults.add(node(0).silence());
    CompletableFuture<Long> put = client.async().put(KEY, VALUE);
    assertThat(put).isNotDone();
    cluster.lead(0, 2);

    fixture.timer.advance(TimeUnit.MILLISECONDS.toNanos(60));
    node(0).faults.add(FakeNode.breakBefore());
    client.put(bytes("other"), VALUE); // which makes the client learn

    assertThat(put).isCompleted();
    assertThat(node(0).cancelled()).isEqualTo(pipelining ? 0 : 1);
    assertThat(node(2).writeIds).contains(id(2, 1001, 3));
  }

  @Test
  void aWaitingCallGoesOnAsSoonAsTheMapNamesAnotherLeader() {
    client.put(KEY, VALUE);
    fixture.timer.hold = true;
    node(0).faults.addAll(Collections.nCopies(2, FakeNode.breakBefore()));
    CompletableFuture<Long> first = client.async().put(KEY, VALUE);
    CompletableFuture<Long> second = client.async().put(KEY, VALUE);
    assertThat(first).isNotDone();
    cluster.lead(0, 1);

    fixture.timer.held.remove().run(); // the fetch that was to come after a pause

    assertThat(first).isCompleted();
    assertThat(second).isCompleted();
  }

  @Test
  void whenANodeKnowsNothingNewTheNextIsAsked() {
    client.put(KEY, VALUE);
    node(1).staleDescription = cluster.describe(node(1));
    fixture.timer.hold = true;
    node(0).faults.addAll(Collections.nCopies(100, FakeNode.breakBefore()));
    CompletableFuture<Long> put = client.async().put(KEY, VALUE);
    cluster.lead(0, 2);

    for (int i = 0; i < 10 && !put.isDone(); i++) {
      fixture.timer.held.remove().run();
    }

    assertThat(put).isCompleted();
    assertThat(node(1).describeCalls).isEqualTo(1);
    assertThat(node(2).describeCalls).isEqualTo(1);
    assertThat(node(0).describeCalls).isEqualTo(1); // at the beginning
  }

  @Test
  void anEventualReadGoesElsewhereFromANodeThatDoesNotHoldTheShard() {
    client.put(KEY, VALUE);
    cluster.lead(0, 2);
    node(0).faults.add(FakeNode.refuse(FakeCluster.hint("node2", 3, 2)));
    node(0).faults.add(FakeNode.refuse(Failure.NOT_LEADER));

    assertThat(client.get(KEY, ConsistencyLevel.EVENTUAL)).isNotNull();
    assertThat(client.get(KEY, ConsistencyLevel.EVENTUAL)).isNotNull();

    assertThat(requests(0)).isEqualTo(3);
    assertThat(requests(2)).isEqualTo(2);
    assertThat(fixture.timer.delaysNanos).containsExactly(0L, 0L);
  }

  @Test
  void manyCallsThatMissTheLeaderFetchTheMapOnce() {
    client.put(KEY, VALUE);
    fixture.timer.hold = true;
    fixture.timer.advance(TimeUnit.SECONDS.toNanos(1));
    node(0).faults.addAll(Collections.nCopies(50, FakeNode.breakBefore()));
    node(1).describeFaults.add(node(1).silence());
    for (int i = 0; i < 50; i++) {
      var unusedWaits = client.async().put(KEY, VALUE);
    }

    assertThat(node(1).describeCalls).isEqualTo(1);
    assertThat(describeCalls()).isEqualTo(2);
  }

  @Test
  void manyFirstCallsFetchTheMapOnce() {
    node(0).describeFaults.add(node(0).silence());
    for (int i = 0; i < 50; i++) {
      var unusedWaits = client.async().put(KEY, VALUE);
    }

    assertThat(describeCalls()).isEqualTo(1);
  }

  @Test
  void aWriteBelowItsLevelIsToldAsWhatItIs() {
    node(0).faults.add(FakeNode.refuse(Failure.BELOW_LEVEL));

    CairnException thrown =
        catchThrowableOfType(CairnException.class, () -> client.put(KEY, VALUE));

    assertThat(thrown).isInstanceOf(BelowLevelException.class);
    assertThat(thrown.reason()).isEqualTo(Failure.BELOW_LEVEL);
    assertThat(thrown.isRetryable()).isFalse();
    assertThat(thrown.outcomeUnknown()).isFalse();
    assertThat(requests(0)).isEqualTo(1);
  }

  @Test
  void tooFewReplicasForTheWholeDeadlineMeansThatNothingWasDone() {
    node(0).faults.addAll(Collections.nCopies(1000, FakeNode.refuse(Failure.NOT_ENOUGH_REPLICAS)));

    assertThatThrownBy(() -> client.put(KEY, VALUE))
        .isInstanceOf(UnavailableException.class)
        .hasMessageStartingWith("The node says NOT_ENOUGH_REPLICAS. Tried ");
  }

  @Test
  void anOffsetThatIsTooOldIsAskedOfTheLeader() {
    cluster.lead(0, 1);
    client.put(KEY, VALUE);
    node(1).offset = 900_000;
    node(0).offset = 10; // it lags behind
    node(1).faults.add(FakeNode.refuse(Failure.SEEN_OFFSET_TOO_OLD));

    client.put(KEY, VALUE);

    assertThat(node(1).writeIds).endsWith(id(2, 900_000, 1));
  }

  @Test
  void anOffsetBeyondTheLogOfALeaderFromABackupIsForgotten() {
    node(0).offset = 5000;
    client.put(KEY, VALUE);
    node(0).offset = 70;
    node(0).faults.add(FakeNode.refuse(Failure.SEEN_OFFSET_TOO_OLD));

    client.put(KEY, VALUE);

    assertThat(node(0).writeIds).containsExactly(id(1, 5000, 1), id(2, 5001, 1), id(2, 70, 1));
  }

  @Test
  void aFollowersSmallerOffsetDoesNotReplaceTheSeenOne() {
    client.put(KEY, VALUE);
    node(1).offset = 10;
    node(0).faults.add(FakeNode.refuse(Failure.SHUTTING_DOWN)); // the map is fetched from node1

    client.put(KEY, VALUE);

    assertThat(node(1).describeCalls).isEqualTo(1);
    assertThat(node(0).writeIds).endsWith(id(2, 1001, 1));
  }

  private static WriteId id(long sequence, long seenOffset, int attempt) {
    return WriteId.newBuilder()
        .setClientId(ClientFixture.CLIENT_ID)
        .setSequence(sequence)
        .setSeenOffset(seenOffset)
        .setAttempt(attempt)
        .build();
  }
}
