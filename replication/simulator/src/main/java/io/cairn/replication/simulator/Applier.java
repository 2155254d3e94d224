package io.cairn.replication.simulator;

import io.cairn.replication.core.Input;
import io.cairn.replication.core.LogRecord;
import java.util.ArrayDeque;

/** What brings a process's committed records into its store, and flushes that now and then. */
final class Applier {
  private final SimulatedProcess process;
  private final RunningReplica replica;
  private final Simulation simulation;
  private final Chance chance;
  private final SimulatedStore store;
  private final ArrayDeque<LogRecord> queue = new ArrayDeque<>();

  // What the replica has not heard yet; each in order
  private final ArrayDeque<Input> reports = new ArrayDeque<>();
  private final ArrayDeque<Input> flushReports = new ArrayDeque<>();

  private boolean busy;
  private boolean stopped;

  Applier(SimulatedProcess process, RunningReplica replica) {
    this.process = process;
    this.replica = replica;
    simulation = process.simulation;
    chance = process.chance;
    store = process.disk().store;
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

  /** While recovering, when nobody is served yet. */
  void applyAllAtOnce() {
    while (!queue.isEmpty()) {
      store.apply(queue.remove());
      replica.step(new Input.Applied(store.appliedOffset()));
    }
  }

  void add(LogRecord record) {
    queue.add(record);
    if (!busy && replica.isRecovered()) {
      wake();
    }
  }

  private void wake() {
    busy = true;
    int apply = chance.between(5, 500);
    schedule(process.stalls() ? 500L * apply : apply, this::applySome);
  }

  private void applySome() {
    for (int left = chance.between(1, Math.max(1, queue.size())); left > 0; left--) {
      store.apply(queue.remove());
    }
    if (chance.perMille(simulation.faults().storeFailure())) {
      report(reports, new Input.DiskFailed("the store takes no more"));
      return;
    }
    report(reports, new Input.Applied(store.appliedOffset()));
    busy = false;
    if (!queue.isEmpty()) {
      wake();
    }
  }

  private void report(ArrayDeque<Input> where, Input report) {
    where.add(report);
    boolean late = chance.perMille(simulation.faults().lateReport());
    schedule(
        late ? chance.between(1_000, 200_000) : chance.between(1, 100),
        () -> replica.step(where.remove()));
  }

  void rest() {
    schedule(
        chance.between(20_000, 400_000),
        () -> {
          if (chance.perMille(simulation.faults().flush())) {
            store.flush();
            process.log(() -> "flush");
            report(flushReports, new Input.Flushed(store.flushedOffset()));
          }
          rest();
        });
  }
}
