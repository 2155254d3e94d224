package io.cairn.replication.simulator;

import io.cairn.replication.core.Consistency;
import io.cairn.replication.core.ReplicaStatus;
import io.cairn.replication.core.ReplicaStatus.Role;
import io.cairn.replication.core.metadata.IsrMember;
import io.cairn.replication.core.metadata.ShardMetadata;
import io.cairn.replication.simulator.history.ConvergenceChecker;
import io.cairn.replication.simulator.history.Invocation;
import io.cairn.replication.simulator.history.LinearizabilityChecker;
import io.cairn.replication.simulator.history.OperationRecord;
import io.cairn.replication.simulator.history.SessionChecker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** When a run may end, and what must be then. */
final class FinalChecks {
  private static final int MAX_CONFIGURATIONS = 200_000;

  private final Simulation simulation;

  FinalChecks(Simulation simulation) {
    this.simulation = simulation;
  }

  /** All serve, all are in sync, and nothing is under way. */
  @Nullable String whatIsMissingOrNull() {
    ShardMetadata shard = simulation.shardOrNull();
    if (shard == null || !shard.hasLeader()) {
      return "nobody leads";
    }
    SimulatedProcess leader = simulation.node(shard.leader()).processOrNull();
    if (leader == null
        || !leader.isReady()
        || leader.replica().machine().status().role() != Role.LEADER
        || leader.replica().machine().status().epoch() != shard.epoch()) {
      return "the leader does not serve";
    }
    long end = leader.replica().machine().status().logEndOffset();
    for (int nodeId : shard.replicas()) {
      IsrMember member = shard.memberOrNull(nodeId);
      if (member == null || !simulation.node(nodeId).holds(member)) {
        return "node " + nodeId + " is not in sync";
      }
      SimulatedProcess process = simulation.node(nodeId).processOrNull();
      if (process == null || !process.isReady()) {
        return "node " + nodeId + " is not ready";
      }
      ReplicaStatus status = process.replica().machine().status();
      if (status.appliedOffset() != end || status.logEndOffset() != end) {
        return "node " + nodeId + " lacks something";
      }
      String open = process.replica().checks().openOrNull();
      if (open != null) {
        return open + ", node " + nodeId;
      }
    }
    return null;
  }

  void check() {
    Map<Integer, Map<String, ConvergenceChecker.Entry>> states = new HashMap<>();
    ShardMetadata shard = simulation.shardOrNull();
    for (int nodeId : shard == null ? List.<Integer>of() : shard.replicas()) {
      NodeDisk disk = simulation.node(nodeId).disk();
      disk.truth.checkStore(disk.store);
      Map<String, ConvergenceChecker.Entry> state = new HashMap<>();
      disk.store
          .entries()
          .forEach((k, v) -> state.put(k, new ConvergenceChecker.Entry(v.value(), v.offset())));
      states.put(nodeId, state);
      SimulatedProcess process = simulation.node(nodeId).processOrNull();
      if (process != null && process.machineOrNull() != null) {
        process.replica().checks().onOver("at the end:");
      }
    }
    ConvergenceChecker.Result convergence = ConvergenceChecker.check(states);
    if (!convergence.isOk()) {
      throw new Failure(convergence.toString());
    }
    if (simulation.counts.forced == 0) {
      checkHistory();
      if (simulation.counts.wipes == 0) {
        simulation
            .truth
            .cutOff()
            .requireNothingIsLost(simulation.history.operations(), simulation.truth.logs());
      }
    }
  }

  private void checkHistory() {
    List<OperationRecord> history = simulation.history.operations();
    List<SessionChecker.Violation> violations = SessionChecker.check(history);
    if (!violations.isEmpty()) {
      throw new Failure(violations.get(0).toString());
    }
    boolean ledOnce = simulation.truth.leaderships() == 1;
    LinearizabilityChecker.Result result =
        new LinearizabilityChecker(MAX_CONFIGURATIONS).check(ledOnce ? asStrong(history) : history);
    if (result.verdict() == LinearizabilityChecker.Verdict.VIOLATION) {
      throw new Failure(result.explanation());
    }
    if (result.verdict() == LinearizabilityChecker.Verdict.UNDECIDED) {
      simulation.counts.undecided++;
    }
  }

  /**
   * Without a failover, a confirmed EVENTUAL write is as good as a STRONG one for those to come.
   */
  private static List<OperationRecord> asStrong(List<OperationRecord> history) {
    List<OperationRecord> strong = new ArrayList<>();
    for (OperationRecord operation : history) {
      Invocation asked = operation.invocation();
      boolean read =
          asked.action().kind() == io.cairn.replication.simulator.history.Action.Kind.READ;
      Invocation level =
          read
              ? asked
              : new Invocation(asked.client(), asked.key(), asked.action(), Consistency.STRONG);
      strong.add(
          new OperationRecord(
              operation.id(),
              level,
              operation.invokeTime(),
              operation.returnTime(),
              operation.answer()));
    }
    return strong;
  }
}
