package io.cairn.replication.simulator;

import io.cairn.replication.core.LogSpace;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.IsrMember;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A machine with a disk and a clock, on which one process runs after the other. */
final class SimulatedNode {
  private final Simulation simulation;
  private final Parts parts;
  private final int id;
  private NodeDisk disk;
  private @Nullable SimulatedProcess process;

  /** Of its ticks, in thousandths of the true time. */
  private int clockRate;

  private long pausedUntilMicros;
  private int starts;

  SimulatedNode(Simulation simulation, Parts parts, int id) {
    this.simulation = simulation;
    this.parts = parts;
    this.id = id;
    disk = newDisk();
    clockRate = simulation.chance.coin() ? 1000 : simulation.chance.between(600, 1600);
  }

  private NodeDisk newDisk() {
    UUID storeId = simulation.chance.uuid();
    return new NodeDisk(
        simulation.counts.disks++, storeId, parts.store(), simulation.truth.newDisk(storeId));
  }

  int id() {
    return id;
  }

  NodeDisk disk() {
    return disk;
  }

  @Nullable SimulatedProcess processOrNull() {
    return process;
  }

  boolean holds(IsrMember member) {
    return member.nodeId() == id && member.storeId().equals(disk.storeId);
  }

  long ofClock(long micros) {
    return micros * clockRate / 1000;
  }

  /** Of the clock that leases rest on, which begins anywhere and goes a little wrong. */
  long nanos() {
    long nanosPerMicro = 985L + 7 * id % 31;
    return simulation.nowMicros() * nanosPerMicro + (id - 2) * 3_000_000_000L;
  }

  // Life

  void start() {
    if (process == null) {
      starts++;
      process = new SimulatedProcess(simulation, parts, this, disk);
      process.start();
    }
  }

  int starts() {
    return starts;
  }

  void startIn(long micros) {
    simulation.schedule(micros, this::start);
  }

  /** The process is gone, and with it what was not forced; another one is started later. */
  void crash() {
    SimulatedProcess old = process;
    if (old == null) {
      return;
    }
    process = null;
    old.log(() -> "crash");
    old.end();
    disk.log.crash(simulation.chance);
    disk.store.crash(simulation.chance);
    simulation.counts.crashes++;
    Chance chance = simulation.chance;
    startIn(chance.coin() ? chance.between(500, 50_000) : chance.between(50_000, 2_000_000));
  }

  /** The process has closed its files. */
  void onClosed() {
    process = null;
    simulation.counts.stops++;
    startIn(simulation.chance.between(1_000, 1_000_000));
  }

  /** What the disk held is gone for good. */
  void wipe() {
    crash();
    simulation.log(() -> "n" + id + " wiped");
    simulation.truth.onWiped(disk.storeId);
    simulation.counts.wipes++;
    disk = newDisk();
  }

  void pause(long micros) {
    pausedUntilMicros = Math.max(pausedUntilMicros, simulation.nowMicros() + micros);
  }

  void endFaults() {
    pausedUntilMicros = 0;
    disk.log.failing = false;
    disk.log.space = LogSpace.AVAILABLE;
    if (process != null) {
      process.endFaults();
    }
    start();
  }

  /** 0 when its processes run. */
  long pausedForMicros() {
    return Math.max(0, pausedUntilMicros - simulation.nowMicros());
  }

  void onMetadata(ClusterMetadata metadata) {
    SimulatedProcess running = process;
    if (running != null) {
      running.schedule(0, () -> running.onMetadata(metadata));
    }
  }

  void receive(Request request) {
    SimulatedProcess running = process;
    if (running != null) {
      running.schedule(0, () -> running.receive(request));
    }
  }
}
