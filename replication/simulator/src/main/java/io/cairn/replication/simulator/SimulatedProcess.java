package io.cairn.replication.simulator;

import io.cairn.replication.core.Consistency;
import io.cairn.replication.core.Effect;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.Invariant;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.LogSpace;
import io.cairn.replication.core.ReplicaLog;
import io.cairn.replication.core.ReplicaStatus.Role;
import io.cairn.replication.core.Start;
import io.cairn.replication.core.WriteResult;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.replication.core.metadata.ProcessId;
import io.cairn.replication.core.metadata.ShardMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One life of a node around its replica. What the threads of a real one do, and what they report,
 * happens as events of their own, any of which a crash may precede.
 */
final class SimulatedProcess {
  private static final int TICK_MICROS = 50_000;
  private static final int RECORDS_READ_AT_ONCE = 20;

  final Simulation simulation;
  final Chance chance;
  private final Parts parts;
  private final SimulatedNode node;
  private final NodeDisk disk;
  private final ProcessId self;
  private final SimulatedLog log;
  private final MetadataAgent agent;
  private final SnapshotTransfer snapshots;
  private final Shutdown shutdown;
  private boolean up = true;

  // One replica after the other, when the first has to be rebuilt
  private @Nullable Machine machine;
  private @Nullable ReplicaChecks checks;
  private @Nullable LogThread logThread;
  private @Nullable Applier applier;
  private @Nullable RequestHandler requests;
  private boolean recovered;
  private int machines;

  private final List<Effect> effects = new ArrayList<>();

  SimulatedProcess(Simulation simulation, Parts parts, SimulatedNode node, NodeDisk disk) {
    this.simulation = simulation;
    this.chance = simulation.chance;
    this.parts = parts;
    this.node = node;
    this.disk = disk;
    self = new ProcessId(node.id(), disk.storeId, ++disk.incarnation);
    log = parts.log(disk.log);
    agent = new MetadataAgent(this);
    snapshots = new SnapshotTransfer(this);
    shutdown = new Shutdown(this);
  }

  ProcessId self() {
    return self;
  }

  int nodeId() {
    return node.id();
  }

  NodeDisk disk() {
    return disk;
  }

  SimulatedLog replicaLog() {
    return log;
  }

  MetadataAgent agent() {
    return agent;
  }

  Shutdown shutdown() {
    return shutdown;
  }

  boolean isUp() {
    return up;
  }

  /** Whether others can connect to it. */
  boolean isListening() {
    return up && machine != null;
  }

  boolean isRecovered() {
    return recovered;
  }

  boolean isReady() {
    return up && recovered && !shutdown.isUnderWay();
  }

  void log(Supplier<String> text) {
    simulation.log(() -> "n" + node.id() + " " + text.get());
  }

  /** Something that this process does later, if it still lives. */
  void schedule(long afterMicros, Runnable action) {
    simulation.schedule(afterMicros, () -> run(action));
  }

  private void run(Runnable action) {
    if (!up) {
      return;
    }
    long paused = node.pausedForMicros();
    if (paused > 0) {
      simulation.schedule(paused, () -> run(action));
    } else if (chance.perHundredThousand(simulation.faults().crash())) {
      node.crash();
    } else {
      action.run();
    }
  }

  boolean stalls() {
    return chance.perMille(simulation.faults().stall());
  }

  // Life

  void start() {
    log(() -> "start " + self.incarnation() + " log " + log.startOffset() + ".." + log.endOffset());
    if (!disk.rebuilding) {
      disk.truth.onOpened(log);
    }
    agent.start();
    schedule(chance.between(1, TICK_MICROS), this::tick);
  }

  /** Whatever it was about to do, it will not. */
  void end() {
    up = false;
    simulation.network.onEnd(this);
  }

  void crash() {
    node.crash();
  }

  /** In order: what is in the log is on the disk. */
  void close() {
    log(() -> "stop");
    log.close();
    disk.store.flush();
    disk.truth.onClosed(log.endOffset());
    end();
    node.onClosed();
  }

  void endFaults() {
    setSpace(LogSpace.AVAILABLE);
  }

  private void tick() {
    schedule(node.ofClock(TICK_MICROS), this::tick);
    agent.tick();
    if (machine != null) {
      simulation.network.dial(this);
      hear(new Input.Tick());
    }
  }

  void hint(ProcessId gone) {
    agent.hint(gone);
  }

  // What the cluster agrees on

  void onMetadata(ClusterMetadata metadata) {
    if (!agent.onMetadata(metadata)) {
      return;
    }
    if (machine == null) {
      if (disk.rebuilding) {
        snapshots.begin();
      } else {
        open();
      }
    } else if (recovered) {
      step(new Input.MetadataChanged(agent.known(), 0));
    }
  }

  /** A new replica on what log and store hold. */
  private void open() {
    recovered = false;
    machines++;
    boolean isOnlyReplica = isOnlyReplica();
    Start start =
        new Start(
            log.startOffset(),
            log.endOffset(),
            log.lastRecordCrc(),
            log.epochHistory(),
            disk.store.appliedOffset(),
            disk.store.flushedOffset(),
            isOnlyReplica ? log.endOffset() : disk.store.appliedOffset());
    log(() -> "open " + start);
    Machine opened = parts.machine(self, simulation.world.options(), start);
    machine = opened;
    checks = new ReplicaChecks(simulation, disk, opened, self, isOnlyReplica);
    logThread = new LogThread(this);
    applier = new Applier(this);
    requests = new RequestHandler(this);
    checks().onStepped();
    checks().checkAlways();
    disk.truth.checkStore(disk.store);
    recover(log.read(opened.recoverFromOffset()), machines);
  }

  private boolean isOnlyReplica() {
    ShardMetadata shard = agent.known().shards().get(Simulation.SHARD);
    return shard != null
        && shard.replicas().equals(List.of(self.nodeId()))
        && shard.isr().contains(self.member());
  }

  private void recover(ReplicaLog.Reader reader, int ofMachine) {
    if (ofMachine != machines) {
      return;
    }
    for (int i = 0; i < RECORDS_READ_AT_ONCE; i++) {
      LogRecord record = reader.nextOrNull();
      if (record == null) {
        recovered = true;
        step(new Input.LogSpaceChanged(log.space()));
        step(new Input.MetadataChanged(agent.known(), 0));
        applier().rest();
        return;
      }
      step(new Input.Recovered(record));
      applier().applyAllAtOnce();
    }
    schedule(chance.between(1, 2_000), () -> recover(reader, ofMachine));
  }

  /** Log and store are thrown away, and come from another replica. */
  private void rebuild() {
    recovered = false;
    machines++;
    checks().onOver("to be rebuilt:");
    logThread().stop();
    applier().stop();
    disk.rebuilding = true;
    simulation.counts.rebuilds++;
    snapshots.begin();
  }

  /** What was rebuilt is there. */
  void onRebuilt() {
    open();
  }

  /** For another replica; null when this one cannot give any. */
  @Nullable Snapshot makeSnapshot() {
    return recovered ? parts.snapshot(disk.store, log) : null;
  }

  // The replica thread

  /** From outside; before there is a replica nobody listens. */
  void hear(Input input) {
    if (machine != null) {
      step(input);
    }
  }

  void step(Input input) {
    log(() -> "  " + Describe.input(input));
    checks().onInput(input);
    machine().step(input, effects::add);
    checks().onStepped();
    List<Effect> now = List.copyOf(effects);
    effects.clear();
    now.forEach(this::carryOut);
    checks().checkAlways();
  }

  private void carryOut(Effect effect) {
    log(() -> "    " + Describe.effect(effect));
    checks().onEffect(effect);
    if (effect instanceof Effect.Append
        || effect instanceof Effect.CutLog
        || effect instanceof Effect.TrimLog) {
      logThread().add(effect);
    } else if (effect instanceof Effect.ReadLog read) {
      logThread().read(read);
    } else if (effect instanceof Effect.Apply apply) {
      applier().add(apply.record());
    } else if (effect instanceof Effect.Send send) {
      simulation.network.send(this, send.to(), send.message());
    } else if (effect instanceof Effect.ProposeIsr propose) {
      simulation.truth.onProposal(propose.change());
      agent.propose(propose.change(), result -> {});
    } else if (effect instanceof Effect.CompleteWrite complete) {
      requests().onWriteAnswered(complete.proposal(), complete.result());
    } else if (effect instanceof Effect.CompleteRead complete) {
      requests().onReadMayAnswer(complete.barrier());
    } else if (effect instanceof Effect.FailRead fail) {
      requests().onReadFailed(fail.barrier(), fail.reason());
    } else if (effect instanceof Effect.Rebuild) {
      rebuild();
    } else if (effect instanceof Effect.Halt) {
      checks().onOver("halted:");
      schedule(chance.between(500, 100_000), this::crash);
    }
  }

  void receive(Request request) {
    if (requests != null) {
      requests.receive(request);
    } else {
      refuse(request, WriteResult.Refusal.NOT_SERVING);
    }
  }

  void refuse(Request request, WriteResult.Refusal reason) {
    long seen = machine == null ? 0 : machine.seenOffset();
    int leader = machine == null ? NodeMetadata.NONE : machine.status().leader();
    Request.Answer answer =
        new Request.Answer(
            request.number(),
            new WriteResult.Refused(reason),
            seen,
            leader,
            nodeId(),
            disk.number,
            0,
            null);
    simulation.network.deliver(() -> request.client().onAnswer(answer));
  }

  void setSpace(LogSpace space) {
    disk.log.space = space;
    hear(new Input.LogSpaceChanged(space));
  }

  boolean mayServe(Consistency consistency) {
    Role role = machine().status().role();
    return consistency == Consistency.STRONG
        ? role == Role.LEADER
        : role != Role.RECOVERING && !role.isOver();
  }

  Machine machine() {
    return Invariant.checkPresent(machine, "a replica");
  }

  @Nullable Machine machineOrNull() {
    return machine;
  }

  ReplicaChecks checks() {
    return Invariant.checkPresent(checks, "a replica");
  }

  LogThread logThread() {
    return Invariant.checkPresent(logThread, "a replica");
  }

  Applier applier() {
    return Invariant.checkPresent(applier, "a replica");
  }

  RequestHandler requests() {
    return Invariant.checkPresent(requests, "a replica");
  }

  Parts parts() {
    return parts;
  }
}
