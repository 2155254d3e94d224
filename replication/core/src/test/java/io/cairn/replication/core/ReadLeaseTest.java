package io.cairn.replication.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.replication.core.metadata.ChangeResult;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.ProcessId;
import io.cairn.replication.core.metadata.SetReadLease;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A leader that answers by its lease, and the one that comes after it. */
class ReadLeaseTest {
  private static final ProcessId ONE = TestMetadata.process(1);
  private static final ProcessId TWO = TestMetadata.process(2);
  private static final ProcessId THREE = TestMetadata.process(3);
  private static final List<ProcessId> ALL = List.of(ONE, TWO, THREE);
  private static final int LEASE_MILLIS = 800;
  private static final int WAIT_MILLIS = 900;

  private final List<Effect> effects = new ArrayList<>();

  private static ClusterMetadata led(long epoch, ProcessId leader, List<ProcessId> isr) {
    ClusterMetadata metadata = TestMetadata.of(epoch, epoch, leader.nodeId(), ALL, isr);
    return ((ChangeResult.Applied) metadata.apply(new SetReadLease(LEASE_MILLIS))).metadata();
  }

  private void step(Replica replica, Input input) {
    effects.clear();
    replica.step(input, effects::add);
  }

  private void tick(Replica replica, long millis) {
    step(replica, new Input.Tick(millis * 1_000_000));
  }

  private static boolean hasLease(Replica replica, long millis) {
    return replica.status().hasLease(() -> millis * 1_000_000);
  }

  private long round() {
    return effects.stream()
        .filter(Effect.Send.class::isInstance)
        .map(send -> ((Effect.Send) send).message())
        .filter(PeerMessage.Append.class::isInstance)
        .mapToLong(append -> ((PeerMessage.Append) append).round())
        .max()
        .orElseThrow();
  }

  private void ack(Replica leader, ProcessId from, long end, long round) {
    step(leader, new Input.Received(from, new PeerMessage.Ack(1, end, end, round)));
  }

  /** In epoch 1, with the others in sync, after the first tick. */
  private Replica leader(List<ProcessId> isr) {
    Replica leader = new Replica(ONE, 0, ReplicaOptions.defaults(), Start.empty());
    tick(leader, 0);
    step(leader, new Input.MetadataChanged(led(1, ONE, isr), 0));
    LogRecord first =
        effects.stream()
            .filter(Effect.Append.class::isInstance)
            .map(append -> ((Effect.Append) append).record())
            .findFirst()
            .orElseThrow();
    step(leader, new Input.LogDurable(0, 1, 0));
    for (ProcessId other : List.of(TWO, THREE)) {
      step(leader, new Input.Received(other, new PeerMessage.Join(1, 1, List.of(), 0)));
      step(leader, new Input.LogRead(other, 0, List.of(first)));
      ack(leader, other, 1, 0);
    }
    tick(leader, WAIT_MILLIS);
    step(leader, new Input.Applied(1));
    assertThat(leader.status().role()).isEqualTo(ReplicaStatus.Role.LEADER);
    return leader;
  }

  @Test
  void theLeaseBeginsWithTheTickThatAllHaveAnswered() {
    Replica leader = leader(ALL);
    tick(leader, 1_000);
    long round = round();
    tick(leader, 1_050);
    assertThat(hasLease(leader, 1_051)).isFalse();
    ack(leader, TWO, 1, round + 1);
    assertThat(hasLease(leader, 1_051)).isFalse();
    ack(leader, THREE, 1, round);
    assertThat(hasLease(leader, 1_051)).isTrue();
    assertThat(hasLease(leader, 1_799)).isTrue();
    assertThat(hasLease(leader, 1_800)).isFalse();
    ack(leader, THREE, 1, round + 1);
    assertThat(hasLease(leader, 1_849)).isTrue();
    assertThat(hasLease(leader, 1_850)).isFalse();
  }

  /** Before it is proposed that it comes in: it may be elected with the next change. */
  @Test
  void whoComesInMustHaveAnsweredToo() {
    Replica leader = leader(List.of(ONE, TWO));
    long last = 0;
    for (long millis = 1_000; millis < 2_000; millis += 50) {
      tick(leader, millis);
      if (effects.stream().anyMatch(Effect.ProposeIsr.class::isInstance)) {
        assertThat(hasLease(leader, millis)).isFalse();
        return;
      }
      long round = round();
      ack(leader, TWO, 1, round);
      assertThat(hasLease(leader, millis + LEASE_MILLIS - 1)).isTrue();
      ack(leader, THREE, 1, last);
      last = round;
    }
    throw new AssertionError("it does not come in");
  }

  @Test
  void itEndsWithTheLeadership() {
    Replica leader = leader(ALL);
    tick(leader, 1_000);
    long round = round();
    ack(leader, TWO, 1, round);
    ack(leader, THREE, 1, round);
    assertThat(hasLease(leader, 1_001)).isTrue();
    step(leader, new Input.MetadataChanged(led(2, TWO, ALL), 0));
    assertThat(hasLease(leader, 1_001)).isFalse();
  }

  /** Led by the second node after it has answered the first one's question at 1,000 ms. */
  private Replica next() {
    Replica next = new Replica(TWO, 0, ReplicaOptions.defaults(), Start.empty());
    tick(next, 0);
    step(next, new Input.MetadataChanged(led(1, ONE, List.of(ONE, TWO)), 0));
    step(next, new Input.Received(ONE, new PeerMessage.JoinAnswer(1, 1, 0, false)));
    tick(next, 950);
    step(next, new Input.Received(ONE, new PeerMessage.Append(1, List.of(), 0, 1)));
    assertThat(effects).anyMatch(Effect.Send.class::isInstance);
    tick(next, 1_000);
    step(next, new Input.MetadataChanged(led(2, TWO, List.of(TWO)), 0));
    step(
        next,
        new Input.Propose(
            List.of(
                new Proposal(
                    Operation.put(
                        Operation.ByteSource.of("k".getBytes(UTF_8)),
                        Operation.ByteSource.of("v".getBytes(UTF_8)),
                        Operation.NO_CLIENT,
                        0),
                    Consistency.EVENTUAL,
                    0,
                    0,
                    0,
                    true,
                    "w")),
            0));
    return next;
  }

  private boolean confirmed() {
    return effects.stream().anyMatch(Effect.CompleteWrite.class::isInstance);
  }

  /** Not even what rests on its own disk alone. */
  @Test
  void theNextLeaderConfirmsNothingBeforeWhatItHasPromisedIsOver() {
    Replica next = next();
    step(next, new Input.LogDurable(0, next.status().logEndOffset(), 0));
    assertThat(confirmed()).isFalse();
    tick(next, 1_000 + WAIT_MILLIS - 1);
    assertThat(confirmed()).isFalse();
    assertThat(next.status().highWatermark()).isZero();
    tick(next, 1_000 + WAIT_MILLIS);
    assertThat(confirmed()).isTrue();
    assertThat(next.status().highWatermark()).isEqualTo(next.status().logEndOffset());
  }

  @Test
  void itWaitsNoLongerWhenTheOldLeaderFollows() {
    Replica next = next();
    step(next, new Input.LogDurable(0, next.status().logEndOffset(), 0));
    step(next, new Input.Received(THREE, new PeerMessage.Join(2, 1, List.of(), 0)));
    assertThat(confirmed()).isFalse();
    step(next, new Input.Received(ONE, new PeerMessage.Join(2, 1, List.of(), 0)));
    assertThat(confirmed()).isTrue();
  }

  /** It could be the next to lead, and has promised nothing to those before this one. */
  @Test
  void aLeaderThatWaitsLetsNobodyIn() {
    Replica next = next();
    long end = next.status().logEndOffset();
    step(next, new Input.LogDurable(0, end, 0));
    step(next, new Input.Received(THREE, new PeerMessage.Join(2, 1, List.of(), 0)));
    for (long millis = 1_050; millis < 1_000 + WAIT_MILLIS; millis += 50) {
      tick(next, millis);
      assertThat(effects).noneMatch(Effect.ProposeIsr.class::isInstance);
      step(next, new Input.Received(THREE, new PeerMessage.Ack(2, end, end, round())));
      assertThat(effects).noneMatch(Effect.ProposeIsr.class::isInstance);
    }
    tick(next, 1_000 + WAIT_MILLIS);
    assertThat(effects).anyMatch(Effect.ProposeIsr.class::isInstance);
  }

  /** What the process before this one had promised is not known. */
  @Test
  void aProcessThatHasJustBegunWaits() {
    Replica next = new Replica(TWO, 0, ReplicaOptions.defaults(), Start.empty());
    tick(next, 5_000);
    step(next, new Input.MetadataChanged(led(2, TWO, List.of(TWO)), 0));
    step(next, new Input.LogDurable(0, 1, 0));
    tick(next, 5_000 + WAIT_MILLIS - 1);
    assertThat(next.status().highWatermark()).isZero();
    tick(next, 5_000 + WAIT_MILLIS);
    assertThat(next.status().highWatermark()).isEqualTo(1);
  }
}
