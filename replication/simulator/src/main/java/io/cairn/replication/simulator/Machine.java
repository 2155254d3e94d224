package io.cairn.replication.simulator;

import io.cairn.replication.core.Effect;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.Key;
import io.cairn.replication.core.PendingTail;
import io.cairn.replication.core.Replica;
import io.cairn.replication.core.ReplicaStatus;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the simulation drives: a {@link Replica}, or in a test one with a planted bug around it. */
public interface Machine {
  void step(Input input, Consumer<Effect> effects);

  ReplicaStatus status();

  /** What the pending tail knows of a key. */
  PendingTail.@Nullable Entry newestPendingOrNull(Key key);

  int pendingRanges();

  long recoverFromOffset();

  /** Up to where everything is committed, as it says. */
  long highWatermark();

  /** What answers tell clients as the offset that they have seen. */
  long seenOffset();

  /** The product, as it is. */
  static Machine of(Replica replica) {
    return new Machine() {
      @Override
      public void step(Input input, Consumer<Effect> effects) {
        replica.step(input, effects);
      }

      @Override
      public ReplicaStatus status() {
        return replica.status();
      }

      @Override
      public PendingTail.@Nullable Entry newestPendingOrNull(Key key) {
        return replica.pendingTail().newestOrNull(key);
      }

      @Override
      public int pendingRanges() {
        return replica.pendingTail().deletedRanges().size();
      }

      @Override
      public long recoverFromOffset() {
        return replica.recoverFromOffset();
      }

      @Override
      public long highWatermark() {
        return replica.status().highWatermark();
      }

      @Override
      public long seenOffset() {
        return replica.status().highWatermark();
      }
    };
  }
}
