package io.cairn.compare.redis;

import io.cairn.compare.client.Answer;
import io.cairn.compare.client.Call;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts that all replicas have when they are answered: SETs that gathered while the batch before
 * them was under way go out together, with one WAIT behind them. WAIT blocks its connection, so a
 * second batch could not overtake it; a WAIT for each SET would cost a round trip to the replicas
 * each.
 */
final class WaitBatches implements Call {
  /** WAIT's 0: no time limit. */
  private static final long FOR_EVER = 0;

  private final RedisAsyncCommands<byte[], byte[]> commands;
  private final Flush flush;
  private final int replicas;

  /** What goes with the next batch. Guarded by this; so the other. */
  private List<Put> gathering = new ArrayList<>();

  /** Whether a batch is under way or about to be sent. */
  private boolean busy;

  WaitBatches(RedisAsyncCommands<byte[], byte[]> commands, Flush flush, int replicas) {
    this.commands = commands;
    this.flush = flush;
    this.replicas = replicas;
  }

  private record Put(byte[] key, byte[] value, Answer answer) {}

  @Override
  public void start(byte[] key, byte[] value, Answer answer) {
    synchronized (this) {
      gathering.add(new Put(key, value, answer));
      if (busy) {
        return;
      }
      busy = true;
    }
    flush.later(this::send);
  }

  private void send() {
    List<Put> batch;
    synchronized (this) {
      batch = gathering;
      gathering = new ArrayList<>(batch.size());
      busy = !batch.isEmpty();
    }
    if (batch.isEmpty()) {
      return;
    }
    List<RedisFuture<String>> sets = new ArrayList<>(batch.size());
    for (Put put : batch) {
      sets.add(commands.set(put.key(), put.value()));
    }
    commands
        .waitForReplication(replicas, FOR_EVER)
        .whenComplete((reached, failure) -> end(batch, sets, reached, failure));
    flush.soon();
  }

  private void end(
      List<Put> batch,
      List<RedisFuture<String>> sets,
      @Nullable Long reached,
      @Nullable Throwable failure) {
    for (int i = 0; i < batch.size(); i++) {
      Answer answer = batch.get(i).answer();
      if (failure != null) {
        answer.failed(failure);
      } else if (reached == null || reached < replicas) {
        answer.failed(new IllegalStateException("WAIT reached " + reached));
      } else {
        // Answered before WAIT was.
        answer.from(sets.get(i), "OK"::equals);
      }
    }
    send();
  }
}
