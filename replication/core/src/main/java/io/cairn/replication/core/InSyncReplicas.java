package io.cairn.replication.core;

import io.cairn.replication.core.metadata.IsrChange.AlterIsr;
import io.cairn.replication.core.metadata.IsrMember;
import io.cairn.replication.core.metadata.ProcessId;
import io.cairn.replication.core.metadata.ShardMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The ISR as the leader sees it: the agreed one, and those that it has proposed on top of it. Until
 * a newer version of the metadata is seen each of them may become the agreed one, whatever has been
 * answered, because a proposal that was sent may arrive late; so all of them count (the maximal
 * ISR, KIP-497 and KIP-966).
 */
final class InSyncReplicas {
  private final ReplicaContext context;
  private ShardMetadata agreed;
  private List<IsrMember> maximal;
  private boolean proposed;
  private int ticksSinceProposal;

  InSyncReplicas(ReplicaContext context, ShardMetadata agreed) {
    this.context = context;
    this.agreed = agreed;
    maximal = agreed.isr();
  }

  ShardMetadata agreed() {
    return agreed;
  }

  /** Every replica that may be elected next, this one included. */
  List<IsrMember> maximal() {
    return maximal;
  }

  void onMetadata(ShardMetadata shard) {
    if (shard.version() > agreed.version()) {
      agreed = shard;
      maximal = shard.isr();
      proposed = false;
    }
  }

  void onTick() {
    ticksSinceProposal++;
  }

  /**
   * Proposes these when they are not what is agreed, or when something else has been proposed.
   *
   * @param onMaximal is told of the greater maximal ISR before anybody else can know of it
   */
  void maybePropose(List<ProcessId> wanted, Runnable onMaximal, Consumer<Effect> effects) {
    boolean isAgreed =
        wanted.size() == agreed.isr().size()
            && wanted.stream().allMatch(process -> agreed.isr().contains(process.member()));
    boolean waited = ticksSinceProposal >= context.options().replication().proposalTicks();
    if (proposed ? !waited : isAgreed) {
      return;
    }
    proposed = true;
    ticksSinceProposal = 0;
    List<IsrMember> counted = new ArrayList<>(maximal);
    for (ProcessId process : wanted) {
      if (!counted.contains(process.member())) {
        counted.add(process.member());
      }
    }
    maximal = List.copyOf(counted);
    onMaximal.run();
    effects.accept(
        new Effect.ProposeIsr(
            new AlterIsr(
                context.shard(),
                context.self().nodeId(),
                agreed.epoch(),
                agreed.version(),
                wanted)));
  }
}
