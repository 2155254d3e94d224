package io.cairn.replication.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.replication.core.Operation.ByteSource;
import io.cairn.replication.core.ReplicaLog.EpochStart;
import io.cairn.replication.core.ReplicaStatus.Role;
import io.cairn.replication.core.metadata.ProcessId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the transcripts (see {@link ScenarioTest}) do not show. */
class ReplicaTest {

  private static final ProcessId SELF = TestMetadata.process(1);
  private static final List<EpochStart> HISTORY = List.of(new EpochStart(1, 0));
  private static final Map<Role, Set<Role>> LEGAL = new EnumMap<>(Role.class);

  static {
    LEGAL.put(Role.RECOVERING, EnumSet.of(Role.FOLLOWER, Role.HALTED));
    LEGAL.put(Role.FOLLOWER, EnumSet.of(Role.OPENING_EPOCH, Role.REBUILDING, Role.HALTED));
    LEGAL.put(Role.OPENING_EPOCH, EnumSet.of(Role.LEADER, Role.FOLLOWER, Role.HALTED));
    LEGAL.put(Role.LEADER, EnumSet.of(Role.FOLLOWER, Role.HALTED));
    LEGAL.put(Role.REBUILDING, EnumSet.of(Role.HALTED));
    LEGAL.put(Role.HALTED, EnumSet.noneOf(Role.class));
  }

  @Test
  void rolesChangeOnlyAsTheTableSays() {
    for (Role from : Role.values()) {
      for (Role to : Role.values()) {
        ReplicaStatus status = in(from);
        if (LEGAL.getOrDefault(from, Set.of()).contains(to)) {
          status.role(to);
          assertThat(status.role()).isEqualTo(to);
        } else {
          assertThatThrownBy(() -> status.role(to)).isInstanceOf(Invariant.Violation.class);
          assertThat(status.role()).isEqualTo(from);
        }
      }
    }
  }

  private static ReplicaStatus in(Role role) {
    ReplicaStatus status = new ReplicaStatus();
    if (role == Role.RECOVERING) {
      return status;
    }
    status.role(Role.FOLLOWER);
    if (role == Role.LEADER) {
      status.role(Role.OPENING_EPOCH);
    }
    if (role != Role.FOLLOWER) {
      status.role(role);
    }
    return status;
  }

  /** The chain of instanceof in Replica.step knows every input, in every role. */
  @Test
  void everyInputHasARule() {
    LogRecord first =
        LogRecord.of(LogRecord.Type.EPOCH_START, 1, 0, 0, 0, List.of(Operation.noOp()));
    List<Input> inputs =
        List.of(
            new Input.Recovered(first),
            new Input.MetadataChanged(TestMetadata.alone(SELF, 2), 0),
            new Input.Propose(List.of(), 0),
            new Input.LogDurable(0, 2, 0),
            new Input.Applied(2),
            new Input.Flushed(2),
            new Input.Read(List.of(ReadBarrier.applied("read"))),
            new Input.PeerConnected(TestMetadata.process(2)),
            new Input.PeerDisconnected(TestMetadata.process(2)),
            new Input.LogRead(TestMetadata.process(2), 0, List.of()),
            new Input.Received(TestMetadata.process(2), new PeerMessage.StaleEpoch(1)),
            new Input.Tick(0),
            new Input.LogSpaceChanged(LogSpace.DELETES_ONLY),
            new Input.Drain(),
            new Input.DiskFailed("test"));
    assertThat(inputs.stream().<Class<?>>map(Object::getClass).toList())
        .containsExactlyInAnyOrder(Input.class.getPermittedSubclasses());
    Replica replica =
        new Replica(
            SELF, 0, ReplicaOptions.defaults(), new Start(0, 1, first.crc(), HISTORY, 0, 0, 1, 0));
    List<Effect> effects = new ArrayList<>();
    for (Input input : inputs) {
      replica.step(input, effects::add);
    }
    assertThat(effects).last().isEqualTo(new Effect.Halt("test"));
  }

  @Test
  void effectsAreValues() {
    Replica replica = leader(ReplicaOptions.defaults());
    Proposal proposal = proposal("k", Consistency.EVENTUAL);
    List<Effect> effects = new ArrayList<>();

    replica.step(new Input.Propose(List.of(proposal), 1234), effects::add);
    LogRecord record = ((Effect.Append) effects.get(0)).record();
    replica.step(new Input.LogDurable(0, 2, 0), effects::add);

    assertThat(record.timestampMillis()).isEqualTo(1234);
    assertThat(effects)
        .containsExactly(
            new Effect.Append(record),
            new Effect.Apply(record),
            new Effect.CompleteWrite(proposal, new WriteResult.Confirmed(1, false)));
  }

  @Test
  void aNewLeaderAndReadsOfTheStoreWaitForIt() {
    Replica replica = new Replica(SELF, 0, ReplicaOptions.defaults(), Start.empty());
    assertThat(replica.waitsForStore()).isFalse();
    replica.step(new Input.MetadataChanged(TestMetadata.alone(SELF, 1), 0), effect -> {});
    assertThat(replica.waitsForStore()).isTrue();
    replica.step(new Input.LogDurable(0, 1, 0), effect -> {});
    replica.step(new Input.Applied(1), effect -> {});
    assertThat(replica.waitsForStore()).isFalse();

    replica.step(new Input.Propose(List.of(proposal("k", Consistency.STRONG)), 0), effect -> {});
    replica.step(new Input.LogDurable(0, 2, 0), effect -> {});
    assertThat(replica.waitsForStore()).isFalse();
    replica.step(new Input.Read(List.of(ReadBarrier.applied("scan"))), effect -> {});
    assertThat(replica.waitsForStore()).isTrue();
    replica.step(new Input.Applied(2), effect -> {});
    assertThat(replica.waitsForStore()).isFalse();
  }

  @Test
  void recordsAreChained() {
    Replica replica = leader(ReplicaOptions.defaults());
    List<LogRecord> log = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      replica.step(
          new Input.Propose(List.of(proposal("k" + i, Consistency.STRONG)), 0),
          effect -> log.add(((Effect.Append) effect).record()));
    }
    assertThat(log.get(1).previousCrc()).isEqualTo(log.get(0).crc());
    assertThat(log.get(2).previousCrc()).isEqualTo(log.get(1).crc());
  }

  @Test
  void aBrokenChainIsNotRecovered() {
    LogRecord first =
        LogRecord.of(LogRecord.Type.EPOCH_START, 1, 0, 0, 0, List.of(Operation.noOp()));
    LogRecord stranger =
        LogRecord.of(LogRecord.Type.DATA, 1, 1, 4711, 0, List.of(Operation.noOp()));
    LogRecord gap =
        LogRecord.of(LogRecord.Type.DATA, 1, 2, first.crc(), 0, List.of(Operation.noOp()));
    LogRecord olderEpoch =
        LogRecord.of(LogRecord.Type.DATA, 0, 1, first.crc(), 0, List.of(Operation.noOp()));
    for (LogRecord second : List.of(stranger, gap, olderEpoch)) {
      Replica replica =
          new Replica(
              SELF,
              0,
              ReplicaOptions.defaults(),
              new Start(0, 3, second.crc(), HISTORY, 0, 0, 3, 0));
      replica.step(new Input.Recovered(first), effect -> {});
      assertThatThrownBy(() -> replica.step(new Input.Recovered(second), effect -> {}))
          .isInstanceOf(Invariant.Violation.class);
    }
  }

  @Test
  void optionsAreCheckedWhole() {
    assertThatThrownBy(() -> new ReplicaOptions(0, 100, 1, 1, 1, 1))
        .hasMessage("maxRecordBytes must be at least 1, not 0");
    assertThatThrownBy(() -> new ReplicaOptions(100, 99, 1, 1, 1, 1))
        .hasMessage("maxUnappliedBytes (99) must be at least maxRecordBytes (100)");
    assertThatThrownBy(() -> new ReplicaOptions(100, 100, 1, 1, 1 << 27, 1))
        .hasMessage("retryWindowOperations must be at most 67108864, not 134217728");
  }

  private static Replica leader(ReplicaOptions options) {
    Replica replica = new Replica(SELF, 0, options, Start.empty());
    replica.step(new Input.MetadataChanged(TestMetadata.alone(SELF, 1), 0), effect -> {});
    replica.step(new Input.LogDurable(0, 1, 0), effect -> {});
    replica.step(new Input.Applied(1), effect -> {});
    return replica;
  }

  private static Proposal proposal(String key, Consistency consistency) {
    ByteSource bytes = ByteSource.of(key.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    byte[] operation = Operation.put(bytes, bytes, Operation.NO_CLIENT, 0);
    return new Proposal(operation, consistency, Operation.NO_CLIENT, 0, 0, true, key);
  }
}
