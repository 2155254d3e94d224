package io.cairn.replication.simulator;

import io.cairn.replication.core.Input;
import io.cairn.replication.core.Invariant;
import io.cairn.replication.core.LogSpace;
import io.cairn.replication.core.WriteResult;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.replication.core.metadata.ProcessId;
import io.cairn.replication.core.metadata.ShardMetadata;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One life of a node around its replica: it registers, opens or rebuilds the replica, and ends. All
 * that it does are events, any of which a crash may precede.
 */
final class SimulatedProcess {
  private static final int TICK_MICROS = 50_000;

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
  private @Nullable RunningReplica replica;

  /** How often it has opened its replica. */
  private int timesOpened;

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

  /** Of its node's clock. */
  long nanos() {
    return node.nanos();
  }

  boolean isUp() {
    return up;
  }

  /** Whether others can connect to it. */
  boolean isListening() {
    return up && replica != null;
  }

  private boolean isRecovered() {
    return replica != null && replica.isRecovered();
  }

  boolean isReady() {
    return up && isRecovered() && !shutdown.isUnderWay();
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
    if (replica != null) {
      simulation.network.dial(this);
      hear(new Input.Tick(node.nanos()));
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
    if (replica == null) {
      if (disk.rebuilding) {
        snapshots.begin();
      } else {
        open();
      }
    } else if (replica.isRecovered()) {
      replica.step(new Input.MetadataChanged(agent.known(), 0));
    }
  }

  private boolean isOnlyReplica() {
    ShardMetadata shard = agent.known().shards().get(Simulation.SHARD);
    return shard != null
        && shard.replicas().equals(List.of(self.nodeId()))
        && shard.isr().contains(self.member());
  }

  private void open() {
    RunningReplica opened = new RunningReplica(this, isOnlyReplica(), timesOpened++);
    replica = opened;
    opened.start();
  }

  /** Log and store are thrown away, and come from another replica. */
  void rebuild() {
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
    return isRecovered() ? parts.snapshot(disk.store, log) : null;
  }

  /** From outside; before there is a replica nobody listens. */
  void hear(Input input) {
    if (replica != null) {
      replica.step(input);
    }
  }

  void receive(Request request) {
    if (replica != null) {
      replica.requests().receive(request);
    } else {
      refuse(request, WriteResult.Refusal.NOT_SERVING);
    }
  }

  void refuse(Request request, WriteResult.Refusal reason) {
    Machine machine = machineOrNull();
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

  RunningReplica replica() {
    return Invariant.checkPresent(replica, "a replica");
  }

  @Nullable Machine machineOrNull() {
    return replica == null ? null : replica.machine();
  }

  Parts parts() {
    return parts;
  }
}
