package io.cairn.replication.simulator;

import io.cairn.replication.core.Effect;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.PendingTail;
import io.cairn.replication.core.Replica;
import io.cairn.replication.core.ReplicaOptions;
import io.cairn.replication.core.ReplicaStatus;
import io.cairn.replication.core.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** A replica that a subclass spoils in one way. */
class MutantMachine implements Machine {
  final Machine real;

  /** A node with such a replica. */
  static Parts parts(BiFunction<ReplicaOptions, Start, Machine> maker) {
    return new Parts() {
      @Override
      public Machine machine(ReplicaOptions options, Start start) {
        return maker.apply(options, start);
      }
    };
  }

  MutantMachine(ReplicaOptions options, Start start) {
    real = Machine.of(new Replica(options, start));
  }

  @Override
  public void step(Input input, Consumer<Effect> effects) {
    List<Effect> made = new ArrayList<>();
    real.step(input, made::add);
    for (Effect effect : made) {
      onEffect(effect, effects);
    }
  }

  /** Passes on an effect, or something else. */
  void onEffect(Effect effect, Consumer<Effect> effects) {
    effects.accept(effect);
  }

  @Override
  public ReplicaStatus status() {
    return real.status();
  }

  @Override
  public PendingTail pendingTail() {
    return real.pendingTail();
  }

  @Override
  public long recoverFromOffset() {
    return real.recoverFromOffset();
  }

  @Override
  public long highWatermark() {
    return real.highWatermark();
  }

  @Override
  public long seenOffset() {
    return real.seenOffset();
  }
}
