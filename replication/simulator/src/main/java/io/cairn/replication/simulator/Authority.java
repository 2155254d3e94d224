package io.cairn.replication.simulator;

import io.cairn.replication.core.metadata.ChangeResult;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.FailureDetector;
import io.cairn.replication.core.metadata.IsrChange.AlterIsr;
import io.cairn.replication.core.metadata.IsrChange.ForceLeader;
import io.cairn.replication.core.metadata.LogEnd;
import io.cairn.replication.core.metadata.MetadataChange;
import io.cairn.replication.core.metadata.ProcessId;
import io.cairn.replication.core.metadata.ReplicaChange.RemoveReplica;
import java.util.List;
import java.util.function.Consumer;

/**
 * The quorum of the metadata and its controller, seen from outside: orders changes, persists them
 * at once, tells the nodes, and decides who has failed. Now and then there is no controller for a
 * while; then it does nothing at all.
 */
final class Authority {
  private static final int TICK_MICROS = 50_000;

  private final Simulation simulation;
  private final Parts parts;
  private final World world;
  private ClusterMetadata metadata = ClusterMetadata.empty();
  private final FailureDetector detector;
  private long awayUntilMicros;
  private boolean away;

  Authority(Simulation simulation, Parts parts, World world) {
    this.simulation = simulation;
    this.parts = parts;
    this.world = world;
    detector = new FailureDetector(world.timeoutTicks(), world.hintTicks());
  }

  ClusterMetadata metadata() {
    return metadata;
  }

  void start() {
    simulation.schedule(simulation.chance.between(1, TICK_MICROS), this::tick);
  }

  /** Nobody is the controller until then. */
  void goAway(long micros) {
    away = true;
    awayUntilMicros = Math.max(awayUntilMicros, simulation.nowMicros() + micros);
    simulation.log(() -> "controller is away");
  }

  void endFaults() {
    awayUntilMicros = 0;
  }

  private boolean isAway() {
    if (away && simulation.nowMicros() >= awayUntilMicros) {
      away = false;
      simulation.log(() -> "a controller is there");
      detector.onController(metadata);
    }
    return away;
  }

  private void tick() {
    simulation.schedule(TICK_MICROS, this::tick);
    if (!isAway()) {
      for (MetadataChange change : detector.tick()) {
        apply(change);
      }
    }
  }

  // What nodes say; the network decides when and whether

  void onProposal(MetadataChange change, Consumer<ChangeResult> answer) {
    if (!isAway()) {
      answer.accept(apply(change));
    }
  }

  void onHeartbeat(
      ProcessId from, boolean ready, boolean diskFull, List<LogEnd> ends, long knownVersion) {
    detector.onHeartbeat(from.nodeId(), from.storeId(), from.incarnation(), ready, ends);
    detector.onDiskFull(from.nodeId(), from.storeId(), from.incarnation(), diskFull);
    if (!isAway() && knownVersion < metadata.version()) {
      tell(simulation.node(from.nodeId()));
    }
  }

  void onHint(int reporter, ProcessId of) {
    detector.onHint(reporter, of.nodeId(), of.storeId(), of.incarnation());
  }

  void onLeaving(ProcessId from) {
    detector.onLeaving(from.nodeId(), from.storeId(), from.incarnation());
  }

  ChangeResult apply(MetadataChange change) {
    ChangeResult result = parts.apply(metadata, change);
    if (change instanceof RemoveReplica
        && result instanceof ChangeResult.Applied removed
        && !world.givesUp()
        && !hasADisk(removed.metadata())) {
      return result; // an operator would not take the last replica whose disk is whole
    }
    if (result instanceof ChangeResult.Applied applied
        && applied.metadata().version() > metadata.version()) {
      metadata = applied.metadata();
      simulation.log(() -> "agreed " + change + ": " + Describe.metadata(metadata));
      simulation.truth.onMetadata(metadata);
      if (change instanceof ForceLeader force) {
        simulation.counts.forced++;
        simulation.truth.onForced(simulation.node(force.target()).disk().truth);
      }
      detector.onMetadata(metadata);
      simulation.nodes().forEach(this::tell);
    } else if (result instanceof ChangeResult.Refused refused && !(change instanceof AlterIsr)) {
      simulation.log(() -> "refused " + change + ": " + refused.refusal());
    }
    return result;
  }

  /** Whether anybody in sync still runs on the disk that is meant. */
  private boolean hasADisk(ClusterMetadata after) {
    return after.shards().values().stream()
        .flatMap(shard -> shard.isr().stream())
        .anyMatch(member -> simulation.node(member.nodeId()).holds(member));
  }

  private void tell(SimulatedNode node) {
    ClusterMetadata newest = metadata;
    simulation.network.deliver(Network.AUTHORITY, node.id(), () -> node.onMetadata(newest));
  }
}
