package io.cairn.replication.simulator;

import io.cairn.replication.core.Effect;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.LogSpace;
import io.cairn.replication.core.ReplicaLog;
import io.cairn.replication.core.ReplicaStatus.Role;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What writes the log of a process, and beside it what reads it for followers that are behind:
 * these two run independently, so that a read may come before a cut that was asked for earlier.
 */
final class LogThread {
  private final SimulatedProcess process;
  private final RunningReplica replica;
  private final Simulation simulation;
  private final Chance chance;
  private final SimulatedLog log;
  private final DiskTruth truth;
  private final SimulatedDisk disk;
  private final ArrayDeque<Effect> queue = new ArrayDeque<>();

  /** What it has told the replica and that has not heard yet. */
  private final ArrayDeque<Input> reports = new ArrayDeque<>();

  private boolean busy;
  private boolean stopped;
  private int cuts;

  LogThread(SimulatedProcess process, RunningReplica replica) {
    this.process = process;
    this.replica = replica;
    simulation = process.simulation;
    chance = process.chance;
    log = process.replicaLog();
    truth = process.disk().truth;
    disk = process.disk().log;
  }

  private void schedule(long afterMicros, Runnable action) {
    process.schedule(
        afterMicros,
        () -> {
          if (!stopped) {
            action.run();
          }
        });
  }

  void stop() {
    stopped = true;
  }

  boolean isIdle() {
    return !busy && reports.isEmpty();
  }

  void add(Effect effect) {
    queue.add(effect);
    if (!busy) {
      wake();
    }
  }

  private void wake() {
    busy = true;
    schedule(process.stalls() ? chance.between(100, 300_000) : chance.between(1, 60), this::work);
  }

  private void work() {
    maybeChangeSpace();
    maybeFail();
    try {
      boolean mustForce = false;
      for (Effect effect = queue.poll(); effect != null; effect = queue.poll()) {
        mustForce |= carryOut(effect);
      }
      if (mustForce) {
        int force = chance.between(100, 1_000);
        schedule(process.stalls() ? 500L * force : force, this::force);
      } else {
        busy = false;
      }
    } catch (ReplicaLog.LogFailedException failed) {
      report(new Input.DiskFailed(String.valueOf(failed.getMessage())));
    }
    simulation.truth.onDiskChange();
  }

  private boolean carryOut(Effect effect) {
    if (effect instanceof Effect.Append append) {
      log.append(append.record());
      truth.onLogAppended(append.record());
      return true;
    } else if (effect instanceof Effect.CutLog cut) {
      log.truncate(cut.endOffset());
      truth.onLogCut(cut.endOffset());
      cuts++;
      reportDurable();
    } else if (effect instanceof Effect.TrimLog trim) {
      log.trim(trim.beforeOffset());
      reportDurable();
    }
    return false;
  }

  private void force() {
    maybeFail();
    try {
      log.force();
    } catch (ReplicaLog.LogFailedException failed) {
      report(new Input.DiskFailed(String.valueOf(failed.getMessage())));
      return;
    }
    truth.onForced(disk.forcedEndOffset);
    busy = false;
    if (!queue.isEmpty()) {
      wake();
    }
    reportDurable();
  }

  private void reportDurable() {
    report(new Input.LogDurable(cuts, log.durableEndOffset(), log.startOffset()));
  }

  private void report(Input report) {
    reports.add(report);
    boolean late = chance.perMille(simulation.faults().lateReport());
    schedule(
        late ? chance.between(1_000, 200_000) : chance.between(1, 100),
        () -> replica.step(reports.remove()));
  }

  private void maybeFail() {
    if (chance.perMille(simulation.faults().logFailure())) {
      process.log(() -> "disk fails");
      disk.fail();
    }
  }

  private void maybeChangeSpace() {
    if (chance.perMille(simulation.faults().spaceChange())) {
      process.setSpace(chance.pick(List.of(LogSpace.values())));
    }
  }

  // Reads

  /** It may find the log as it was before what is queued here, or not yet what was appended. */
  void read(Effect.ReadLog read) {
    boolean late = process.stalls();
    schedule(
        late ? chance.between(1_000, 200_000) : chance.between(10, 2_000), () -> readNow(read));
  }

  private void readNow(Effect.ReadLog read) {
    Role role = replica.machine().status().role();
    if (role != Role.LEADER && role != Role.OPENING_EPOCH) {
      return; // nobody waits for it
    }
    List<LogRecord> records = new ArrayList<>();
    long from = read.fromOffset();
    if (from >= log.startOffset()) {
      if (from >= log.endOffset()) {
        read(read); // the log has not heard of it yet
        return;
      }
      int bytes = 0;
      ReplicaLog.Reader reader = log.read(from);
      for (LogRecord record = reader.nextOrNull();
          record != null && (records.isEmpty() || bytes + record.lengthBytes() <= read.maxBytes());
          record = reader.nextOrNull()) {
        records.add(record);
        bytes += record.lengthBytes();
      }
      if (records.get(0).baseOffset() != from) {
        read(read); // what is to be cut off is still there
        return;
      }
    }
    replica.step(new Input.LogRead(read.to(), from, records));
  }
}
