package io.cairn.replication.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cairn.replication.core.Consistency;
import io.cairn.replication.core.Effect;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.Key;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.LogSpace;
import io.cairn.replication.core.PendingTail;
import io.cairn.replication.core.Proposal;
import io.cairn.replication.core.ReadBarrier;
import io.cairn.replication.core.ReplicaLog;
import io.cairn.replication.core.ReplicaStatus.Role;
import io.cairn.replication.core.Start;
import io.cairn.replication.core.WriteResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node around one replica: what the log thread, the applier and the flushes of a real one do, and
 * what they report, happens here as events of their own, any of which a crash may precede.
 */
final class SimulatedNode {

  /** A read that waits for its barrier, with the request that it answers. */
  private record PendingRead(Request request, long sawOffset, long logEndOffset) {}

  private static final int MAX_TRIES_TO_CLOSE = 40;

  private final Simulation simulation;
  private final Parts parts;
  private final SimulatedDisk disk = new SimulatedDisk();
  private final SimulatedStore store;

  // One life of the process; an event of an earlier life does nothing.
  private int life;
  private boolean up;
  private boolean halted;
  private SimulatedLog log;
  private Machine machine;
  private final ArrayDeque<Effect> logQueue = new ArrayDeque<>();
  private boolean logBusy;
  private final ArrayDeque<LogRecord> applyQueue = new ArrayDeque<>();
  private boolean applierBusy;

  // What other threads have told the replica and it has not heard yet; each in order
  private final ArrayDeque<Input> logReports = new ArrayDeque<>();
  private final ArrayDeque<Input> applierReports = new ArrayDeque<>();
  private final ArrayDeque<Input> flushReports = new ArrayDeque<>();

  private final List<Request> inbox = new ArrayList<>();
  private final List<Effect> effects = new ArrayList<>();

  SimulatedNode(Simulation simulation, Parts parts) {
    this.simulation = simulation;
    this.parts = parts;
    store = parts.store();
    log = parts.log(disk);
    machine = parts.machine(simulation.faults().options(), Start.empty());
  }

  private void schedule(long afterMicros, Runnable action) {
    int scheduledIn = life;
    simulation.schedule(
        afterMicros,
        () -> {
          if (life != scheduledIn) {
            return;
          }
          if (simulation.chance.perMille(simulation.faults().crash())) {
            crash();
          } else {
            action.run();
          }
        });
  }

  void start() {
    up = true;
    halted = false;
    log = parts.log(disk);
    Start start =
        new Start(
            log.startOffset(),
            log.endOffset(),
            log.lastRecordCrc(),
            log.lastEpoch(),
            store.appliedOffset(),
            store.flushedOffset());
    machine = parts.machine(simulation.faults().options(), start);
    simulation.log(() -> "start " + start);
    simulation.checker.onStart(disk, log, store, machine, simulation.faults().options());
    ReplicaLog.Reader reader = log.read(machine.recoverFromOffset());
    schedule(simulation.chance.between(100, 500), () -> recover(reader));
  }

  private void recover(ReplicaLog.Reader reader) {
    LogRecord record = reader.nextOrNull();
    if (record == null) {
      step(new Input.LogSpaceChanged(log.space()));
      step(new Input.Lead(log.lastEpoch() + 1, 0));
      rest();
      return;
    }
    step(new Input.Recovered(record));
    while (!applyQueue.isEmpty()) {
      store.apply(applyQueue.remove());
      step(new Input.Applied(store.appliedOffset()));
    }
    schedule(simulation.chance.between(1, 20), () -> recover(reader));
  }

  private void crash() {
    simulation.log(() -> "crash");
    simulation.checker.onCrash();
    disk.crash(simulation.chance);
    store.crash(simulation.chance);
    endLife();
  }

  private void endLife() {
    life++;
    up = false;
    logQueue.clear();
    logBusy = false;
    applyQueue.clear();
    applierBusy = false;
    logReports.clear();
    applierReports.clear();
    flushReports.clear();
    inbox.clear();
    schedule(simulation.chance.between(500, 5_000), this::start);
  }

  /** No new writes; when those under way are finished, log and store are closed. */
  private void drain() {
    step(new Input.Drain());
    schedule(simulation.chance.between(500, 3_000), () -> maybeClose(MAX_TRIES_TO_CLOSE));
  }

  private void maybeClose(int tries) {
    if (halted) {
      return; // the end is near anyway
    }
    boolean atRest =
        inbox.isEmpty()
            && simulation.checker.nobodyWaits()
            && store.appliedOffset() == log.endOffset()
            && !logBusy
            && logReports.isEmpty()
            && applierReports.isEmpty();
    if (atRest) {
      simulation.log(() -> "stop");
      log.close();
      store.flush();
      simulation.checker.onClosed();
      endLife();
    } else if (tries == 0) {
      crash(); // killed, because it does not end
    } else {
      schedule(simulation.chance.between(50, 500), () -> maybeClose(tries - 1));
    }
  }

  void endFaults() {
    disk.failing = false;
    setSpace(LogSpace.AVAILABLE);
  }

  // The replica thread

  void receive(Request request) {
    if (!up) {
      return;
    }
    inbox.add(request);
    if (inbox.size() == 1) {
      schedule(simulation.chance.between(1, 50), this::takeTurn);
    }
  }

  private void takeTurn() {
    List<Proposal> proposals = new ArrayList<>();
    List<Request> requests = List.copyOf(inbox);
    inbox.clear();
    for (Request request : requests) {
      Proposal proposal = request.proposal();
      if (proposal != null) {
        proposals.add(withContext(proposal, request));
      } else {
        read(request);
      }
    }
    if (!proposals.isEmpty()) {
      step(new Input.Propose(proposals, 0));
    }
  }

  private static Proposal withContext(Proposal proposal, Request request) {
    return new Proposal(
        proposal.operation(),
        proposal.consistency(),
        proposal.clientId(),
        proposal.sequence(),
        proposal.seenOffset(),
        proposal.firstAttempt(),
        request);
  }

  /** Also when it has halted: the process is still there for a while. */
  private void step(Input input) {
    simulation.log(() -> "  " + Describe.input(input));
    simulation.checker.onInput(input);
    machine.step(input, effects::add);
    List<Effect> now = List.copyOf(effects);
    effects.clear();
    now.forEach(this::carryOut);
  }

  private void carryOut(Effect effect) {
    simulation.log(() -> "    " + Describe.effect(effect));
    if (effect instanceof Effect.Append append) {
      simulation.checker.onAppend(append.record());
      logQueue.add(effect);
      wakeLog();
    } else if (effect instanceof Effect.BeginEpoch || effect instanceof Effect.TrimLog) {
      logQueue.add(effect);
      wakeLog();
    } else if (effect instanceof Effect.Apply apply) {
      applyQueue.add(apply.record());
      if (machine.status().role() != Role.RECOVERING) {
        wakeApplier();
      }
    } else if (effect instanceof Effect.CompleteWrite complete) {
      Request request = (Request) complete.proposal().context();
      simulation.checker.onWriteAnswered(complete.proposal(), complete.result());
      answer(request, complete.result());
    } else if (effect instanceof Effect.CompleteRead complete) {
      PendingRead read = (PendingRead) complete.barrier().context();
      simulation.checker.onReadAnswered(complete.barrier(), read.sawOffset, read.logEndOffset);
      answer(read.request, null);
    } else if (effect instanceof Effect.FailRead fail) {
      PendingRead read = (PendingRead) fail.barrier().context();
      simulation.checker.onReadFailed(fail.barrier(), fail.reason());
      answer(read.request, new WriteResult.Refused(fail.reason()));
    } else if (effect instanceof Effect.Halt) {
      halted = true;
      simulation.checker.onHalt();
      schedule(simulation.chance.between(500, 5_000), this::crash);
    }
  }

  private void answer(Request request, @Nullable WriteResult result) {
    Request.Answer answer = new Request.Answer(request.number(), result, machine.seenOffset());
    simulation.deliver(() -> request.client().onAnswer(answer));
  }

  // Reads, as the node's read path does them: first the pending tail, then the store

  private void read(Request request) {
    long logEndOffset = machine.status().logEndOffset();
    String key = request.key();
    if (key == null) {
      PendingRead read = new PendingRead(request, -1, logEndOffset);
      step(new Input.Read(new ReadBarrier(ReadBarrier.Kind.APPLIED, 0, read)));
      return;
    }
    if (machine.status().role() != Role.LEADER) {
      answer(request, new WriteResult.Refused(WriteResult.Refusal.NOT_SERVING));
      return;
    }
    PendingTail.Entry pending = machine.pendingTail().newestOrNull(Key.of(key.getBytes(UTF_8)));
    SimulatedStore.Versioned stored = store.get(key);
    simulation.checker.onRead(key, pending, stored);
    if (request.consistency() == Consistency.EVENTUAL || pending == null) {
      simulation.log(() -> "  read " + key);
      answer(request, null);
      return;
    }
    PendingRead read = new PendingRead(request, pending.offset(), logEndOffset);
    ReadBarrier barrier = new ReadBarrier(ReadBarrier.Kind.COMMITTED, pending.offset(), read);
    schedule(simulation.chance.between(1, 50), () -> step(new Input.Read(barrier)));
  }

  // Reports of other threads

  private void report(ArrayDeque<Input> reports, Input report) {
    reports.add(report);
    boolean late = simulation.chance.perMille(simulation.faults().lateReport());
    schedule(
        late ? simulation.chance.between(1_000, 20_000) : simulation.chance.between(1, 100),
        () -> step(reports.remove()));
  }

  // The log thread

  private void wakeLog() {
    if (!logBusy) {
      logBusy = true;
      schedule(simulation.chance.between(1, 30), this::append);
    }
  }

  private void append() {
    maybeChangeSpace();
    maybeFailDisk();
    try {
      boolean appended = false;
      for (Effect effect = logQueue.poll(); effect != null; effect = logQueue.poll()) {
        if (effect instanceof Effect.Append append) {
          log.append(append.record());
          appended = true;
        } else if (effect instanceof Effect.TrimLog trim) {
          log.trim(trim.beforeOffset());
        }
      }
      if (appended) {
        int force = simulation.chance.between(100, 300);
        schedule(stalls() ? 50 * force : force, this::force);
      } else {
        logBusy = false;
      }
    } catch (ReplicaLog.LogFailedException failed) {
      report(logReports, new Input.DiskFailed(String.valueOf(failed.getMessage())));
    }
  }

  private void force() {
    maybeFailDisk();
    try {
      log.force();
    } catch (ReplicaLog.LogFailedException failed) {
      report(logReports, new Input.DiskFailed(String.valueOf(failed.getMessage())));
      return;
    }
    logBusy = false;
    if (!logQueue.isEmpty()) {
      wakeLog();
    }
    report(logReports, new Input.LogDurable(log.durableEndOffset()));
  }

  private boolean stalls() {
    return simulation.chance.perMille(simulation.faults().stall());
  }

  private void maybeFailDisk() {
    if (simulation.chance.perMille(simulation.faults().logFailure())) {
      simulation.log(() -> "disk fails");
      disk.fail();
    }
  }

  private void maybeChangeSpace() {
    if (simulation.chance.perMille(simulation.faults().spaceChange())) {
      LogSpace[] spaces = LogSpace.values();
      setSpace(spaces[simulation.chance.between(0, spaces.length - 1)]);
    }
  }

  private void setSpace(LogSpace space) {
    disk.space = space;
    if (up) {
      step(new Input.LogSpaceChanged(space));
    }
  }

  // The applier

  private void wakeApplier() {
    if (!applierBusy) {
      applierBusy = true;
      int apply = simulation.chance.between(5, 200);
      schedule(stalls() ? 100 * apply : apply, this::applySome);
    }
  }

  private void applySome() {
    for (int left = simulation.chance.between(1, applyQueue.size()); left > 0; left--) {
      store.apply(applyQueue.remove());
    }
    if (simulation.chance.perMille(simulation.faults().storeFailure())) {
      report(applierReports, new Input.DiskFailed("the store takes no more"));
      return;
    }
    report(applierReports, new Input.Applied(store.appliedOffset()));
    applierBusy = false;
    if (!applyQueue.isEmpty()) {
      wakeApplier();
    }
  }

  /** Now and then the store is flushed, or the process ends. */
  private void rest() {
    schedule(
        simulation.chance.between(500, 2_000),
        () -> {
          if (simulation.chance.perMille(simulation.faults().flush())) {
            store.flush();
            simulation.log(() -> "flush");
            report(flushReports, new Input.Flushed(store.flushedOffset()));
          }
          if (simulation.chance.perMille(simulation.faults().stop())) {
            drain();
          } else {
            rest();
          }
        });
  }
}
