package io.cairn.replication.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.replication.core.metadata.ProcessId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How often a leader asks the others whether it still leads, for the reads that wait for that. */
class ReadRoundTest {
  private static final ProcessId ONE = TestMetadata.process(1);
  private static final ProcessId TWO = TestMetadata.process(2);
  private static final ProcessId THREE = TestMetadata.process(3);
  private static final List<ProcessId> ALL = List.of(ONE, TWO, THREE);

  private final Replica leader = new Replica(ONE, 0, ReplicaOptions.defaults(), Start.empty());
  private final List<Effect> effects = new ArrayList<>();
  private long round;

  @BeforeEach
  void isLeader() {
    step(new Input.MetadataChanged(TestMetadata.of(1, 1, ONE.nodeId(), ALL, ALL), 0));
    LogRecord first =
        effects.stream()
            .filter(Effect.Append.class::isInstance)
            .map(append -> ((Effect.Append) append).record())
            .findFirst()
            .orElseThrow();
    step(new Input.LogDurable(0, 1, 0));
    for (ProcessId other : List.of(TWO, THREE)) {
      step(new Input.Received(other, new PeerMessage.Join(1, 1, List.of(), 0)));
      step(new Input.LogRead(other, 0, List.of(first)));
      ack(other);
    }
    step(new Input.Applied(1));
    assertThat(leader.status().role()).isEqualTo(ReplicaStatus.Role.LEADER);
  }

  private void step(Input input) {
    effects.clear();
    leader.step(input, effects::add);
    for (PeerMessage.Append append : asked()) {
      round = Math.max(round, append.round());
    }
  }

  private List<PeerMessage.Append> asked() {
    return effects.stream()
        .filter(Effect.Send.class::isInstance)
        .map(send -> ((Effect.Send) send).message())
        .filter(PeerMessage.Append.class::isInstance)
        .map(PeerMessage.Append.class::cast)
        .toList();
  }

  private void ack(ProcessId from) {
    step(new Input.Received(from, new PeerMessage.Ack(1, 1, 1, round)));
  }

  private void read(String... names) {
    step(
        new Input.Read(
            List.of(names).stream()
                .map(name -> ReadBarrier.committed(1, ReadBarrier.NOTHING_PENDING, name))
                .toList()));
  }

  private List<Object> completed() {
    return effects.stream()
        .filter(Effect.CompleteRead.class::isInstance)
        .map(read -> ((Effect.CompleteRead) read).barrier().context())
        .toList();
  }

  @Test
  void readsThatComeTogetherShareARound() {
    read("a", "b", "c");
    assertThat(asked()).hasSize(2);
    ack(TWO);
    assertThat(completed()).isEmpty();
    ack(THREE);
    assertThat(completed()).containsExactly("a", "b", "c");
    assertThat(asked()).isEmpty();
  }

  /** What the others have been asked before says nothing of the time since. */
  @Test
  void readsThatComeWhileARoundIsUnderWayShareTheNext() {
    read("a");
    read("b", "c");
    assertThat(asked()).isEmpty();
    read("d");
    assertThat(asked()).isEmpty();
    ack(TWO);
    ack(THREE);
    assertThat(completed()).containsExactly("a");
    assertThat(asked()).hasSize(2);
    ack(THREE);
    ack(TWO);
    assertThat(completed()).containsExactly("b", "c", "d");
    assertThat(asked()).isEmpty();
  }
}
