package io.cairn.replication.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.replication.core.metadata.ChangeResult;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.MetadataChange;
import io.cairn.replication.core.metadata.NodeChange;
import io.cairn.replication.core.metadata.ProcessId;
import io.cairn.replication.core.metadata.ReplicaChange;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a leader lets a learner take a replica's place. */
class ReplacementTest {
  private static final ProcessId ONE = TestMetadata.process(1);
  private static final ProcessId TWO = TestMetadata.process(2);
  private static final ProcessId THREE = TestMetadata.process(3);
  private static final ProcessId FOUR = TestMetadata.process(4);
  private static final int SOME_TICKS = 10;

  private final Replica leader = new Replica(ONE, 0, ReplicaOptions.defaults(), Start.empty());
  private final List<List<Integer>> proposed = new ArrayList<>();
  private LogRecord first =
      LogRecord.of(LogRecord.Type.EPOCH_START, 1, 0, 0, 0, List.of(Operation.noOp()));

  private long round;

  private void step(Input input) {
    leader.step(
        input,
        effect -> {
          if (effect instanceof Effect.Append append) {
            first = append.record();
          } else if (effect instanceof Effect.ProposeIsr proposal) {
            proposed.add(proposal.change().isr().stream().map(ProcessId::nodeId).toList());
          } else if (effect instanceof Effect.Send send
              && send.message() instanceof PeerMessage.Append append) {
            round = append.round();
          }
        });
  }

  /** On three replicas of which the leader alone is in sync, the fourth node takes one's place. */
  private void leadReplacing(int replaced) {
    List<MetadataChange> changes =
        List.of(
            new NodeChange.Register(4, FOUR.storeId(), FOUR.incarnation(), List.of(), 1),
            new NodeChange.Ready(4, FOUR.storeId(), FOUR.incarnation(), List.of()),
            new ReplicaChange.AddReplica(0, 4, replaced));
    ClusterMetadata metadata = TestMetadata.of(1, 1, 1, List.of(ONE, TWO, THREE), List.of(ONE));
    for (MetadataChange change : changes) {
      metadata = ((ChangeResult.Applied) metadata.apply(change)).metadata();
    }
    step(new Input.MetadataChanged(metadata, 0));
    step(new Input.LogDurable(0, 1, 0));
    step(new Input.Applied(1));
  }

  private void join(ProcessId follower) {
    step(new Input.Received(follower, new PeerMessage.Join(1, 1, List.of(), 0)));
    step(new Input.LogRead(follower, 0, List.of(first)));
  }

  private void keepUp(ProcessId... followers) {
    for (int tick = 0; tick < SOME_TICKS; tick++) {
      for (ProcessId follower : followers) {
        step(new Input.Received(follower, new PeerMessage.Ack(1, 1, 1, round)));
      }
      step(new Input.Tick(0));
    }
  }

  /** It would be the only copy, and its disk may be gone before that is agreed. */
  @Test
  void notThatOfOneOfTheLastInSync() {
    leadReplacing(1);
    join(FOUR);
    keepUp(FOUR);
    assertThat(proposed).isEmpty();
    join(TWO);
    keepUp(FOUR, TWO);
    assertThat(proposed).isNotEmpty().allMatch(isr -> isr.containsAll(List.of(1, 2, 4)));
  }

  @Test
  void thatOfOneThatIsNotInSyncAtOnce() {
    leadReplacing(3);
    join(FOUR);
    keepUp(FOUR);
    assertThat(proposed).isNotEmpty().allMatch(isr -> isr.containsAll(List.of(1, 4)));
  }
}
