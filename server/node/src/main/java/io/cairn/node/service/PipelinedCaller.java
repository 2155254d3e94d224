package io.cairn.node.service;

import io.cairn.api.FailureStatus;
import io.cairn.v1.PipelineAnswer;
import io.micrometer.core.instrument.Timer;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One operation of a {@link PipelineStream}, from when it has begun until its answer leaves. */
final class PipelinedCaller<R> implements Caller<R> {
  private final PipelineStream stream;
  private final long id;
  private final long bytes;
  private final long arrivedNanos;
  private final long deadlineNanos;
  private final @Nullable Timer timer;
  private final BiConsumer<PipelineAnswer.Builder, R> setter;
  private final AtomicBoolean answered = new AtomicBoolean();
  private @Nullable Runnable onEnd; // guarded by this
  private boolean ended; // guarded by this
  private @Nullable PipelineAnswer answer; // the stream's queue publishes it

  /**
   * @param bytes what it counts with
   * @param deadlineNanos {@link Long#MAX_VALUE} for none
   * @param timer null when it cannot succeed
   * @param setter puts the response into the answer
   */
  PipelinedCaller(
      PipelineStream stream,
      long id,
      long bytes,
      long arrivedNanos,
      long deadlineNanos,
      @Nullable Timer timer,
      BiConsumer<PipelineAnswer.Builder, R> setter) {
    this.stream = stream;
    this.id = id;
    this.bytes = bytes;
    this.arrivedNanos = arrivedNanos;
    this.deadlineNanos = deadlineNanos;
    this.timer = timer;
    this.setter = setter;
  }

  @Override
  public void answer(R response) {
    if (answered.compareAndSet(false, true)) {
      PipelineAnswer.Builder made = PipelineAnswer.newBuilder().setId(id);
      setter.accept(made, response);
      leave(made.build());
    }
  }

  @Override
  public void fail(FailureStatus status) {
    if (answered.compareAndSet(false, true)) {
      leave(PipelineAnswer.newBuilder().setId(id).setFailure(status.toAnswer()).build());
    }
  }

  private void leave(PipelineAnswer made) {
    answer = made;
    stream.answered(this);
  }

  @Override
  public long arrivedNanos() {
    return arrivedNanos;
  }

  @Override
  public boolean isGone() {
    return answered.get();
  }

  @Override
  public void whenEnded(Runnable task) {
    boolean already;
    synchronized (this) {
      onEnd = task;
      already = ended;
    }
    if (already) {
      task.run();
    }
  }

  @Override
  public void flush() {
    stream.flush();
  }

  long id() {
    return id;
  }

  long bytes() {
    return bytes;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  /** Null as long as there is none. */
  @Nullable PipelineAnswer answerOrNull() {
    return answer;
  }

  /** Its answer leaves. */
  void count(long nowNanos) {
    if (timer != null && !Objects.requireNonNull(answer).hasFailure()) {
      timer.record(nowNanos - arrivedNanos, TimeUnit.NANOSECONDS);
    }
  }

  /** The answer has left, or the stream is gone. */
  void end() {
    answered.set(true);
    Runnable task;
    synchronized (this) {
      ended = true;
      task = onEnd;
    }
    if (task != null) {
      task.run();
    }
  }
}
