package io.cairn.replication.simulator;

import io.cairn.replication.core.Consistency;
import io.cairn.replication.core.Effect;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.OfferedWrite;
import io.cairn.replication.core.PeerMessage;
import io.cairn.replication.core.Proposal;
import io.cairn.replication.core.ReadBarrier;
import io.cairn.replication.core.ReplicaStatus.Role;
import io.cairn.replication.core.WriteResult;
import io.cairn.replication.core.metadata.ProcessId;
import io.cairn.replication.simulator.SimulatedStore.Versioned;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What must be of one replica from its start to its end, by what is truly on the disks. */
final class ReplicaChecks {
  private final ClusterTruth cluster;
  private final NodeDisk disk;
  private final DiskTruth truth;
  private final Machine machine;
  private final ProcessId self;

  /** When it started nobody else could lead: then it knows that all of its log is committed. */
  private final boolean wasOnlyReplica;

  private final Answers answers;

  /** An offer that this replica has heard. */
  private record Heard(ProcessId from, PeerMessage.Offer offer) {}

  private final List<Heard> offers = new ArrayList<>();

  private final Bounds bounds;
  private final Counts counts;
  private long lastHighWatermark;

  ReplicaChecks(
      Simulation simulation,
      NodeDisk disk,
      Machine machine,
      ProcessId self,
      boolean wasOnlyReplica) {
    cluster = simulation.truth;
    answers = new Answers(cluster.cutOff());
    counts = simulation.counts;
    this.disk = disk;
    this.truth = disk.truth;
    this.machine = machine;
    this.self = self;
    this.wasOnlyReplica = wasOnlyReplica;
    bounds = new Bounds(simulation.world.options());
    lastHighWatermark = disk.store.appliedOffset();
    if (wasOnlyReplica) {
      Failure.require(
          machine.highWatermark() >= truth.highestWatermark(),
          "I4: the high watermark fell",
          machine.highWatermark(),
          truth.highestWatermark());
    }
  }

  boolean nobodyWaits() {
    return answers.openOrNull() == null;
  }

  /** What nobody has answered yet. */
  @Nullable String openOrNull() {
    return answers.openOrNull();
  }

  /** Nobody waits for a replica that has stopped. */
  void onOver(String why) {
    answers.requireNoneOpen(why);
  }

  private boolean leads() {
    Role role = machine.status().role();
    return role == Role.LEADER || role == Role.OPENING_EPOCH;
  }

  /** Not when it has not yet heard that a leader was forced, and what is given up thereby. */
  boolean isOfTheCluster() {
    return machine.status().epoch() >= cluster.forcedEpoch() && !truth.isGivenUp();
  }

  void onInput(Input input) {
    answers.onInput(input);
    bounds.onInput(input);
    if (input instanceof Input.Received received
        && received.message() instanceof PeerMessage.Offer offer) {
      offers.add(new Heard(received.from(), offer));
    }
  }

  void onEffect(Effect effect) {
    if (effect instanceof Effect.Append append) {
      truth.onAppend(append.record());
      cluster.onAppend(append.record());
      bounds.onAppend(append.record());
      if (leads()) {
        answers.onAppend(append.record());
      }
    } else if (effect instanceof Effect.CutLog cut) {
      cluster.onCut(truth, cut.endOffset());
      truth.onCut(cut.endOffset());
      cluster.cutOff().onLost(cut.lost());
      counts.cuts++;
      bounds.onCut(cut.endOffset());
    } else if (effect instanceof Effect.Send send) {
      if (send.message() instanceof PeerMessage.Ack ack) {
        Failure.require(
            ack.durableEndOffset() <= truth.forcedEndOffset(),
            "I1: acknowledged before the force",
            ack.durableEndOffset(),
            truth.forcedEndOffset());
      }
      if (send.message() instanceof PeerMessage.OfferAnswer answer && isOfTheCluster()) {
        onOfferAnswered(send.to(), answer);
      }
    } else if (effect instanceof Effect.Rebuild rebuild) {
      cluster.cutOff().onLost(rebuild.lost());
    } else if (effect instanceof Effect.OfferSettled settled) {
      counts.offersPlaced += settled.placed().size();
      counts.offersSuperseded += settled.superseded().size();
    } else if (effect instanceof Effect.CompleteWrite complete) {
      onWriteAnswered(complete.proposal(), complete.result());
    }
  }

  private void onOfferAnswered(ProcessId to, PeerMessage.OfferAnswer answer) {
    for (Heard heard : offers) {
      if (heard.from.equals(to) && heard.offer.number() == answer.number()) {
        for (OfferedWrite write : heard.offer.writes()) {
          if (answer.placedOffsets().contains(write.offset())) {
            cluster.cutOff().onOfferPlaced(write, heard.offer.cutOffset());
          }
        }
        return; // it was perhaps heard more than once
      }
    }
  }

  private void onWriteAnswered(Proposal proposal, WriteResult result) {
    answers.onWriteAnswered(proposal, result);
    if (result instanceof WriteResult.Refused refused) {
      counts.overloads += refused.reason() == WriteResult.Refusal.OVERLOADED ? 1 : 0;
    } else if (result instanceof WriteResult.Confirmed done) {
      boolean strong = proposal.consistency() == Consistency.STRONG;
      onDone(proposal, done.offset(), strong);
    } else if (result instanceof WriteResult.BelowLevel done) {
      onDone(proposal, done.offset(), true);
    }
  }

  private void onDone(Proposal proposal, long offset, boolean strong) {
    Failure.require(offset < truth.forcedEndOffset(), "I1: confirmed before the force", offset);
    Failure.require(
        !strong || !isOfTheCluster() || offset < cluster.committed().endOffset(),
        "STRONG before it was committed",
        offset);
    truth.checkIsThere(proposal, offset);
  }

  void onReadFailed(ReadBarrier barrier, WriteResult.Refusal reason) {
    answers.onReadAnswered(barrier);
    counts.overloads += reason == WriteResult.Refusal.OVERLOADED ? 1 : 0;
  }

  /** What a STRONG read saw must not be lost any more. */
  void onReadAnswered(
      ReadBarrier barrier, Map<String, Versioned> saw, long sawOffset, long endOffset) {
    answers.onReadAnswered(barrier);
    if (!isOfTheCluster()) {
      return;
    }
    if (barrier.kind() == ReadBarrier.Kind.COMMITTED) {
      Failure.require(
          sawOffset < cluster.committed().endOffset(),
          "a read saw what is not committed",
          sawOffset);
      saw.forEach(cluster.state()::requireCommitted);
    } else {
      Failure.require(
          disk.store.appliedOffset() >= endOffset,
          "a read was let into a store that lacks what it must see",
          disk.store.appliedOffset(),
          endOffset);
      truth.checkStore(disk.store);
    }
  }

  /** After a step, before what follows from it is carried out. */
  void onStepped() {
    if (disk.rebuilding) {
      return; // nothing of what it knew holds any more
    }
    if (leads()) {
      cluster.onLeads(self, machine.status().epoch());
    }
    long highWatermark = machine.highWatermark();
    Failure.require(
        highWatermark >= lastHighWatermark,
        "I4: the high watermark fell",
        highWatermark,
        lastHighWatermark);
    Failure.require(
        highWatermark <= truth.forcedEndOffset(),
        "I4: the high watermark is not on disk",
        highWatermark,
        truth.forcedEndOffset());
    if (truth.isGivenUp()) {
      boolean decides = leads() && machine.status().epoch() >= cluster.forcedEpoch();
      truth.onAgrees(decides || cluster.agrees(truth, lastHighWatermark));
    }
    // A leader that was forced may have raised it further when it led an older epoch.
    boolean knewMore = leads() && cluster.committed().endOffset() < highWatermark;
    if (highWatermark > lastHighWatermark || knewMore) {
      boolean mayCommit = leads() || (wasOnlyReplica && machine.status().role() == Role.RECOVERING);
      if (isOfTheCluster()) {
        cluster.onHighWatermark(truth, lastHighWatermark, highWatermark, mayCommit);
      } else if (!cluster.agrees(truth, highWatermark)) {
        truth.onAgrees(false);
      }
      truth.onHighWatermark(highWatermark);
      lastHighWatermark = highWatermark;
    }
  }

  /** When all is carried out. */
  void checkAlways() {
    if (disk.rebuilding) {
      return;
    }
    long appliedOffset = disk.store.appliedOffset();
    Failure.require(
        appliedOffset <= machine.highWatermark(),
        "I2: the store has what is not committed",
        appliedOffset,
        machine.highWatermark());
    Failure.require(
        disk.log.startOffset <= disk.store.flushedOffset(),
        "I9: the log lacks what the store has not flushed",
        disk.log.startOffset,
        disk.store.flushedOffset());
    bounds.check(leads() ? machine.status().epoch() : 0, answers, machine.pendingRanges());
  }
}
