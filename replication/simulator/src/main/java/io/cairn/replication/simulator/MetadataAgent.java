package io.cairn.replication.simulator;

import io.cairn.replication.core.Invariant;
import io.cairn.replication.core.LogSpace;
import io.cairn.replication.core.ReplicaStatus;
import io.cairn.replication.core.metadata.ChangeResult;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.LogEnd;
import io.cairn.replication.core.metadata.MetadataChange;
import io.cairn.replication.core.metadata.NodeChange.Register;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.replication.core.metadata.ProcessId;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A process's side of the cluster metadata: it registers, follows the versions, beats its heart and
 * proposes.
 */
final class MetadataAgent {
  private final SimulatedProcess process;
  private final Simulation simulation;
  private @Nullable ClusterMetadata known;

  MetadataAgent(SimulatedProcess process) {
    this.process = process;
    simulation = process.simulation;
  }

  void start() {
    process.schedule(process.chance.between(100, 5_000), this::register);
  }

  /** Again and again until it is known that it succeeded. */
  private void register() {
    if (isRegistered()) {
      return;
    }
    process.schedule(process.chance.between(20_000, 300_000), this::register);
    ClusterMetadata seen = known;
    if (seen == null) {
      heartbeat(); // asks for the metadata
      return;
    }
    ProcessId self = process.self();
    propose(
        new Register(
            self.nodeId(),
            self.storeId(),
            self.incarnation(),
            List.of("node" + self.nodeId()),
            seen.version()),
        result -> {
          if (result instanceof ChangeResult.Applied applied) {
            process.onMetadata(applied.metadata());
          }
        });
  }

  private boolean isRegistered() {
    if (known == null) {
      return false;
    }
    NodeMetadata node = known.nodes().get(process.nodeId());
    return node != null && node.process().equals(process.self());
  }

  /** Whether the process is registered, and this is to be looked at. */
  boolean onMetadata(ClusterMetadata metadata) {
    if (known == null || metadata.version() >= known.version()) {
      boolean first = known == null;
      known = metadata;
      if (first && !isRegistered()) {
        register();
      }
      return isRegistered();
    }
    return false;
  }

  /** Of a process that has registered. */
  ClusterMetadata known() {
    return Invariant.checkPresent(known, "metadata");
  }

  void tick() {
    heartbeat();
  }

  private void heartbeat() {
    ProcessId self = process.self();
    boolean ready = process.isReady();
    boolean full = ready && process.replicaLog().space() != LogSpace.AVAILABLE;
    List<LogEnd> ends = List.of();
    if (ready) {
      ReplicaStatus status = process.replica().machine().status();
      ends =
          List.of(
              new LogEnd(
                  Simulation.SHARD,
                  self.nodeId(),
                  process.replicaLog().lastEpoch(),
                  status.durableEndOffset()));
    }
    long version = known == null ? -1 : known.version();
    List<LogEnd> told = ends;
    toAuthority(() -> simulation.authority.onHeartbeat(self, ready, full, told, version));
  }

  void hint(ProcessId gone) {
    toAuthority(() -> simulation.authority.onHint(process.nodeId(), gone));
  }

  void sayGoodbye() {
    toAuthority(() -> simulation.authority.onLeaving(process.self()));
  }

  /** It may be lost, as may the answer. */
  void propose(MetadataChange change, Consumer<ChangeResult> onAnswer) {
    toAuthority(
        () ->
            simulation.authority.onProposal(
                change,
                result ->
                    simulation.network.deliver(
                        Network.AUTHORITY,
                        process.nodeId(),
                        () -> process.schedule(0, () -> onAnswer.accept(result)))));
  }

  private void toAuthority(Runnable arrival) {
    simulation.network.deliver(process.nodeId(), Network.AUTHORITY, arrival);
  }
}
