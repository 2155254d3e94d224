package io.cairn.replication.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cairn.replication.core.Consistency;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.Key;
import io.cairn.replication.core.PendingTail;
import io.cairn.replication.core.Proposal;
import io.cairn.replication.core.ReadBarrier;
import io.cairn.replication.core.ReplicaStatus;
import io.cairn.replication.core.WriteResult;
import io.cairn.replication.simulator.SimulatedStore.Versioned;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a process serves clients: writes are gathered for the replica, reads look first into the
 * pending tail, then into the store, and wait for what their level asks.
 */
final class RequestHandler {

  /**
   * A read that waits for its barrier.
   *
   * @param saw what it is going to answer
   * @param endOffset up to where the store must reach when all is to be read
   * @param sight what was committed when it looked
   */
  private record PendingRead(
      Request request,
      Map<String, Versioned> saw,
      long sawOffset,
      long endOffset,
      CommittedState.@Nullable Sight sight) {}

  private static final int GATHER_MICROS = 20;

  private final SimulatedProcess process;
  private final RunningReplica replica;
  private final Simulation simulation;
  private final Chance chance;
  private final Machine machine;
  private final ReplicaChecks checks;
  private final List<Request> inbox = new ArrayList<>();
  private final List<ReadBarrier> gathered = new ArrayList<>();

  RequestHandler(SimulatedProcess process, RunningReplica replica) {
    this.process = process;
    this.replica = replica;
    simulation = process.simulation;
    chance = process.chance;
    machine = replica.machine();
    checks = replica.checks();
  }

  boolean isIdle() {
    return inbox.isEmpty() && gathered.isEmpty();
  }

  void receive(Request request) {
    inbox.add(request);
    if (inbox.size() == 1) {
      int wait = process.stalls() ? chance.between(100, 200_000) : chance.between(1, 50);
      process.schedule(wait, this::takeTurn);
    }
  }

  private void takeTurn() {
    List<Proposal> proposals = new ArrayList<>();
    List<Request> taken = List.copyOf(inbox);
    inbox.clear();
    for (Request request : taken) {
      Proposal proposal = request.proposal();
      if (process.replica() != replica) {
        process.refuse(request, WriteResult.Refusal.NOT_SERVING); // it was rebuilt
      } else if (proposal != null) {
        proposals.add(withContext(proposal, request));
      } else {
        read(request);
      }
    }
    if (!proposals.isEmpty()) {
      replica.step(new Input.Propose(proposals, 0));
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

  // Reads

  private void read(Request request) {
    if (!replica.mayServe(request.consistency())) {
      process.refuse(request, WriteResult.Refusal.NOT_LEADER);
      return;
    }
    String key = request.key();
    if (key == null) {
      long end =
          Math.max(machine.status().logEndOffset(), simulation.truth.committed().endOffset());
      PendingRead read = new PendingRead(request, Map.of(), -1, end, null);
      gather(ReadBarrier.applied(read));
      return;
    }
    long epoch = machine.status().epoch();
    PendingTail.Entry pending = machine.newestPendingOrNull(Key.of(key.getBytes(UTF_8)));
    Versioned stored = process.disk().store.get(key);
    process.disk().truth.onRead(key, pending, stored);
    Versioned seen = pending == null ? stored : versionedOrNull(pending);
    Map<String, Versioned> saw = seen == null ? Map.of() : Map.of(key, seen);
    long seenOffset = pending != null ? pending.offset() : stored != null ? stored.offset() : -1;
    CommittedState.Sight sight = simulation.truth.state().sight(key);
    boolean strong = request.consistency() == Consistency.STRONG;
    if (!strong || (pending == null && machine.status().leadsAlone())) {
      if (strong && checks.isOfTheCluster()) {
        sight.requireSeen(seenOffset);
      }
      process.log(() -> "  read " + key + " " + seen);
      answer(request, null, saw);
      return;
    }
    long offset = pending == null ? ReadBarrier.NOTHING_PENDING : pending.offset();
    PendingRead read = new PendingRead(request, saw, seenOffset, 0, sight);
    ReadBarrier barrier = ReadBarrier.committed(epoch, offset, read);
    int wait = process.stalls() ? chance.between(100, 500_000) : chance.between(1, 50);
    process.schedule(wait, () -> hand(request, barrier));
  }

  /** Reads that come at nearly the same time meet the replica together. */
  private void gather(ReadBarrier barrier) {
    gathered.add(barrier);
    if (gathered.size() == 1) {
      process.schedule(GATHER_MICROS, this::stepReads);
    }
  }

  private void stepReads() {
    List<ReadBarrier> barriers = List.copyOf(gathered);
    gathered.clear();
    if (process.replica() == replica) {
      replica.step(new Input.Read(barriers));
    } else {
      for (ReadBarrier barrier : barriers) {
        process.refuse(
            ((PendingRead) barrier.context()).request(), WriteResult.Refusal.NOT_SERVING);
      }
    }
  }

  private void hand(Request request, ReadBarrier barrier) {
    if (process.replica() == replica) {
      ReplicaStatus status = machine.status();
      boolean committed = barrier.offset() < status.highWatermark();
      if (committed && status.epoch() == barrier.epoch() && status.hasLease(process::nanos)) {
        answerByLease(request, (PendingRead) barrier.context());
        return;
      }
      gather(barrier);
    } else {
      process.refuse(request, WriteResult.Refusal.NOT_SERVING);
    }
  }

  private void answerByLease(Request request, PendingRead read) {
    if (read.sight != null && checks.isOfTheCluster()) {
      read.sight.requireSeen(read.sawOffset);
    }
    simulation.counts.leaseReads++;
    process.log(() -> "  read by lease " + read.saw);
    answer(request, null, read.saw);
  }

  private static @Nullable Versioned versionedOrNull(PendingTail.Entry entry) {
    return entry.deleted()
        ? null
        : new Versioned(new String(entry.value().toByteArray(), UTF_8), entry.offset());
  }

  void onReadMayAnswer(ReadBarrier barrier) {
    PendingRead read = (PendingRead) barrier.context();
    checks.onReadAnswered(barrier, read.saw, read.sawOffset, read.endOffset);
    if (read.sight != null && checks.isOfTheCluster()) {
      read.sight.requireSeen(read.sawOffset);
    }
    boolean whole = barrier.kind() == ReadBarrier.Kind.APPLIED;
    answer(read.request, null, whole ? new TreeMap<>(process.disk().store.entries()) : read.saw);
  }

  void onReadFailed(ReadBarrier barrier, WriteResult.Refusal reason) {
    PendingRead read = (PendingRead) barrier.context();
    checks.onReadFailed(barrier, reason);
    process.refuse(read.request, reason);
  }

  // Answers

  void onWriteAnswered(Proposal proposal, WriteResult result) {
    answer((Request) proposal.context(), result, null);
  }

  private void answer(
      Request request, @Nullable WriteResult result, @Nullable Map<String, Versioned> values) {
    Request.Answer answer =
        new Request.Answer(
            request.number(),
            result,
            machine.seenOffset(),
            machine.status().leader(),
            process.nodeId(),
            process.disk().number,
            machine.status().epoch(),
            values);
    simulation.network.deliver(() -> request.client().onAnswer(answer));
  }
}
