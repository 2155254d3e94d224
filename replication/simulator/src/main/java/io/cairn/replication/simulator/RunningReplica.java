package io.cairn.replication.simulator;

import io.cairn.replication.core.Consistency;
import io.cairn.replication.core.Effect;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.ReplicaLog;
import io.cairn.replication.core.ReplicaStatus.Role;
import io.cairn.replication.core.Start;
import java.util.ArrayList;
import java.util.List;

/**
 * A replica in its process, from its start until it is rebuilt or the process ends: tells it what
 * happens, has the checks look, and hands its effects to what stands for the threads of a real one.
 */
final class RunningReplica {
  private static final int RECORDS_READ_AT_ONCE = 20;

  private final SimulatedProcess process;
  private final Simulation simulation;
  private final Chance chance;
  private final NodeDisk disk;
  private final Machine machine;
  private final ReplicaChecks checks;
  private final LogThread logThread;
  private final Applier applier;
  private final RequestHandler requests;
  private final List<Effect> effects = new ArrayList<>();
  private boolean recovered;
  private boolean stopped;

  /**
   * @param isOnlyReplica whether nobody else could have led since, so that all of the log is
   *     committed
   * @param reopened how often the process has opened the replica before
   */
  RunningReplica(SimulatedProcess process, boolean isOnlyReplica, int reopened) {
    this.process = process;
    simulation = process.simulation;
    chance = process.chance;
    disk = process.disk();
    SimulatedLog log = process.replicaLog();
    long appliedOffset = disk.store.appliedOffset();
    Start start =
        new Start(
            log.startOffset(),
            log.endOffset(),
            log.lastRecordCrc(),
            log.epochHistory(),
            appliedOffset,
            disk.store.flushedOffset(),
            isOnlyReplica ? log.endOffset() : appliedOffset,
            reopened);
    process.log(() -> "open " + start);
    machine = process.parts().machine(process.self(), simulation.world.options(), start);
    checks = new ReplicaChecks(simulation, disk, machine, process.self(), isOnlyReplica);
    logThread = new LogThread(process, this);
    applier = new Applier(process, this);
    requests = new RequestHandler(process, this);
  }

  void start() {
    checks.onStepped();
    checks.checkAlways();
    disk.truth.checkStore(disk.store);
    recover(process.replicaLog().read(machine.recoverFromOffset()));
  }

  private void recover(ReplicaLog.Reader reader) {
    if (stopped) {
      return;
    }
    for (int i = 0; i < RECORDS_READ_AT_ONCE; i++) {
      LogRecord record = reader.nextOrNull();
      if (record == null) {
        recovered = true;
        step(new Input.LogSpaceChanged(process.replicaLog().space()));
        step(new Input.MetadataChanged(process.agent().known(), 0));
        applier.rest();
        return;
      }
      step(new Input.Recovered(record));
      applier.applyAllAtOnce();
    }
    process.schedule(chance.between(1, 2_000), () -> recover(reader));
  }

  /** Nothing that it was told or does has any effect any more, but it answers. */
  private void onRebuild() {
    recovered = false;
    stopped = true;
    checks.onOver("to be rebuilt:");
    logThread.stop();
    applier.stop();
    process.rebuild();
  }

  boolean isRecovered() {
    return recovered;
  }

  void step(Input input) {
    process.log(() -> "  " + Describe.input(input));
    checks.onInput(input);
    machine.step(input, effects::add);
    checks.onStepped();
    List<Effect> now = List.copyOf(effects);
    effects.clear();
    now.forEach(this::carryOut);
    checks.checkAlways();
  }

  private void carryOut(Effect effect) {
    process.log(() -> "    " + Describe.effect(effect));
    checks.onEffect(effect);
    if (effect instanceof Effect.Append
        || effect instanceof Effect.CutLog
        || effect instanceof Effect.TrimLog) {
      logThread.add(effect);
    } else if (effect instanceof Effect.ReadLog read) {
      logThread.read(read);
    } else if (effect instanceof Effect.Apply apply) {
      applier.add(apply.record());
    } else if (effect instanceof Effect.Send send) {
      simulation.network.send(process, send.to(), send.message());
    } else if (effect instanceof Effect.ProposeIsr propose) {
      simulation.truth.onProposal(propose.change());
      process.agent().propose(propose.change(), result -> {});
    } else if (effect instanceof Effect.CompleteWrite complete) {
      requests.onWriteAnswered(complete.proposal(), complete.result());
    } else if (effect instanceof Effect.CompleteRead complete) {
      requests.onReadMayAnswer(complete.barrier());
    } else if (effect instanceof Effect.FailRead fail) {
      requests.onReadFailed(fail.barrier(), fail.reason());
    } else if (effect instanceof Effect.Rebuild) {
      onRebuild();
    } else if (effect instanceof Effect.Halt) {
      checks.onOver("halted:");
      process.schedule(chance.between(500, 100_000), process::crash);
    }
  }

  boolean mayServe(Consistency consistency) {
    Role role = machine.status().role();
    return consistency == Consistency.STRONG
        ? role == Role.LEADER || role == Role.OPENING_EPOCH
        : role != Role.RECOVERING && !role.isOver();
  }

  Machine machine() {
    return machine;
  }

  ReplicaChecks checks() {
    return checks;
  }

  LogThread logThread() {
    return logThread;
  }

  Applier applier() {
    return applier;
  }

  RequestHandler requests() {
    return requests;
  }
}
