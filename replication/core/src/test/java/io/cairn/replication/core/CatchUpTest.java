package io.cairn.replication.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.ProcessId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a follower that is behind comes to have what its leader has. */
class CatchUpTest {
  private static final ProcessId ONE = TestMetadata.process(1);
  private static final ProcessId TWO = TestMetadata.process(2);
  private static final List<ProcessId> BOTH = List.of(ONE, TWO);
  private static final ReplicaOptions OPTIONS =
      new ReplicaOptions(1000, 1000, 8, 100, 1000, 10_000);

  private final List<Effect> effects = new ArrayList<>();

  private static ClusterMetadata ledByOne() {
    return TestMetadata.of(1, 1, 1, BOTH, BOTH);
  }

  private List<Effect> step(Replica replica, Input input) {
    effects.clear();
    replica.step(input, effects::add);
    return List.copyOf(effects);
  }

  private static LogRecord record(long baseOffset, LogRecord before, int valueBytes) {
    Operation.ByteSource key = Operation.ByteSource.of("k".getBytes(UTF_8));
    Operation.ByteSource value = Operation.ByteSource.of(new byte[valueBytes]);
    return LogRecord.of(
        LogRecord.Type.DATA,
        1,
        baseOffset,
        before.crc(),
        0,
        List.of(Operation.put(key, value, Operation.NO_CLIENT, 0)));
  }

  private static LogRecord epochStart() {
    return LogRecord.of(LogRecord.Type.EPOCH_START, 1, 0, 0, 0, List.of(Operation.noOp()));
  }

  private static Input.Received fromTwo(PeerMessage message) {
    return new Input.Received(TWO, message);
  }

  private static Input.Received fromOne(PeerMessage message) {
    return new Input.Received(ONE, message);
  }

  /** A question that was overtaken made the leader read what the follower turned out to have. */
  @Test
  void aReadThatIsOfNoUseAnyMoreDoesNotEndTheSending() {
    Replica leader = new Replica(ONE, 0, OPTIONS, Start.empty());
    LogRecord first =
        ((Effect.Append) step(leader, new Input.MetadataChanged(ledByOne(), 0)).get(0)).record();
    step(leader, new Input.LogDurable(0, 1, 0));
    step(leader, fromTwo(new PeerMessage.Join(1, 2, List.of(), 0)));
    step(leader, new Input.LogRead(TWO, 0, List.of(first)));
    step(leader, fromTwo(new PeerMessage.Ack(1, 1, 1, 0)));
    step(leader, new Input.Applied(1));

    List<Effect> onOldJoin = step(leader, fromTwo(new PeerMessage.Join(1, 1, List.of(), 0)));
    step(leader, fromTwo(new PeerMessage.Ack(1, 1, 1, 0)));
    step(leader, new Input.LogRead(TWO, 0, List.of(first)));
    LogRecord second = record(1, first, 1);
    Input.LogRead read = new Input.LogRead(TWO, 1, List.of(second));
    Operation.ByteSource text = Operation.ByteSource.of("k".getBytes(UTF_8));
    byte[] write = Operation.put(text, text, Operation.NO_CLIENT, 0);
    List<Effect> onWrite =
        step(
            leader,
            new Input.Propose(
                List.of(new Proposal(write, Consistency.EVENTUAL, 0, 0, 0, true, "w")), 0));

    assertThat(onOldJoin).contains(new Effect.ReadLog(TWO, 0, 1 << 20));
    assertThat(read.fromOffset()).isEqualTo(1);
    assertThat(onWrite)
        .filteredOn(Effect.Send.class::isInstance)
        .singleElement()
        .satisfies(
            send ->
                assertThat(((PeerMessage.Append) ((Effect.Send) send).message()).records())
                    .hasSize(1));
  }

  /** It need not wait until its leader has given up waiting for an acknowledgement. */
  @Test
  void aFollowerAsksForWhatItHadNoRoomFor() {
    Replica follower = new Replica(TWO, 0, OPTIONS, Start.empty());
    step(follower, new Input.MetadataChanged(ledByOne(), 0));
    step(follower, fromOne(new PeerMessage.JoinAnswer(1, 1, 0, false)));
    LogRecord first = epochStart();
    LogRecord second = record(1, first, 900);
    LogRecord third = record(2, second, 10);
    PeerMessage.Append append = new PeerMessage.Append(1, List.of(first, second, third), 0, 1);

    List<Effect> onAppend = step(follower, fromOne(append));
    step(follower, new Input.LogDurable(0, 2, 0));
    List<Effect> whileFull = step(follower, new Input.Tick(0));
    step(follower, fromOne(new PeerMessage.Append(1, List.of(), 2, 1)));
    step(follower, new Input.Applied(2));
    List<Effect> withRoom = step(follower, new Input.Tick(0));
    step(follower, fromOne(new PeerMessage.JoinAnswer(1, 2, 2, false)));
    List<Effect> later = step(follower, new Input.Tick(0));

    assertThat(onAppend)
        .startsWith(new Effect.Append(first), new Effect.Append(second))
        .doesNotContain(new Effect.Append(third));
    assertThat(whileFull).isEmpty();
    assertThat(withRoom)
        .containsExactly(
            new Effect.Send(
                ONE, new PeerMessage.Join(1, 2, List.of(new ReplicaLog.EpochStart(1, 0)), 2)));
    assertThat(later).isEmpty();
  }

  /**
   * The one that was there before had other records, or none, even when its log ended there too.
   */
  @Test
  void aReplicaThatWasBuiltAnewTakesNoAnswerToAnOlderQuestion() {
    long asked = join(opened(0)).number();
    Replica rebuilt = opened(1);
    long askedAnew = join(rebuilt).number();

    List<Effect> onOldAnswer =
        step(rebuilt, fromOne(new PeerMessage.JoinAnswer(1, asked, 37, false)));
    List<Effect> onNewAnswer =
        step(rebuilt, fromOne(new PeerMessage.JoinAnswer(1, askedAnew, 60, false)));

    assertThat(onOldAnswer).isEmpty();
    assertThat(onNewAnswer).isNotEmpty();
  }

  private static Replica opened(int before) {
    List<ReplicaLog.EpochStart> history = List.of(new ReplicaLog.EpochStart(1, 60));
    return new Replica(TWO, 0, OPTIONS, new Start(60, 60, 7, history, 60, 60, 60, before));
  }

  private PeerMessage.Join join(Replica follower) {
    List<Effect> effects = step(follower, new Input.MetadataChanged(ledByOne(), 0));
    return (PeerMessage.Join) ((Effect.Send) effects.get(0)).message();
  }
}
