package io.cairn.replication.simulator;

import io.cairn.replication.core.Effect;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.Key;
import io.cairn.replication.core.PendingTail;
import io.cairn.replication.core.Replica;
import io.cairn.replication.core.ReplicaOptions;
import io.cairn.replication.core.ReplicaStatus;
import io.cairn.replication.core.Start;
import io.cairn.replication.core.metadata.ProcessId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A replica that a subclass spoils in one way. */
class MutantMachine implements Machine {
  final Machine real;

  /** How often it has had its log cut. */
  private int cuts;

  /** Makes such a replica. */
  interface Maker {
    Machine make(ProcessId self, ReplicaOptions options, Start start);
  }

  /** A cluster of such replicas. */
  static Parts parts(Maker maker) {
    return new Parts() {
      @Override
      public Machine machine(ProcessId self, ReplicaOptions options, Start start) {
        return maker.make(self, options, start);
      }
    };
  }

  /** A read by itself, as one of those that came together would have been taken alone. */
  static List<Input> oneByOne(Input input) {
    return input instanceof Input.Read read
        ? read.barriers().stream().<Input>map(b -> new Input.Read(List.of(b))).toList()
        : List.of(input);
  }

  MutantMachine(ProcessId self, ReplicaOptions options, Start start) {
    real = Machine.of(new Replica(self, Simulation.SHARD, options, start));
  }

  @Override
  public void step(Input input, Consumer<Effect> effects) {
    List<Effect> made = new ArrayList<>();
    real.step(input, made::add);
    for (Effect effect : made) {
      cuts += effect instanceof Effect.CutLog ? 1 : 0;
    }
    for (Effect effect : made) {
      onEffect(effect, effects);
    }
  }

  /** Passes on an effect, or something else. */
  void onEffect(Effect effect, Consumer<Effect> effects) {
    effects.accept(effect);
  }

  static Input later(Input.Tick tick, long millis) {
    return new Input.Tick(tick.nowNanos() + millis * 1_000_000);
  }

  /** What the log would report if this were durable. */
  Input durable(long endOffset) {
    return new Input.LogDurable(cuts, endOffset, 0);
  }

  @Override
  public ReplicaStatus status() {
    return real.status();
  }

  @Override
  public PendingTail.@Nullable Entry newestPendingOrNull(Key key) {
    return real.newestPendingOrNull(key);
  }

  @Override
  public int pendingRanges() {
    return real.pendingRanges();
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
