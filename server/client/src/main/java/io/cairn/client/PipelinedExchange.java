package io.cairn.client;

import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.api.Pipelining;
import io.cairn.v1.PipelineAnswer;
import io.cairn.v1.PipelineOperation;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A request on a {@link PipelineStream}. */
final class PipelinedExchange<A> implements Exchange, Deadlines.Waiting {

  private static final long MILLI_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final PipelineStream stream;
  private final PipelineOperation operation;
  private final long bytes;
  private final long deadlineNanos;
  private final Function<PipelineAnswer, @Nullable A> reader;
  private final Ending<A> ending;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile boolean departed;

  private PipelinedExchange(
      PipelineStream stream,
      PipelineOperation operation,
      long timeoutNanos,
      Function<PipelineAnswer, @Nullable A> reader,
      Ending<A> ending) {
    this.stream = stream;
    this.operation = operation;
    this.bytes = Pipelining.bytesOf(operation);
    this.deadlineNanos = System.nanoTime() + timeoutNanos;
    this.reader = reader;
    this.ending = ending;
  }

  static <Q, A> PipelinedExchange<A> of(
      PipelineStream stream, Rpc.Piped<Q, A> rpc, Q request, long timeoutNanos, Ending<A> ending) {
    PipelineOperation.Builder operation = PipelineOperation.newBuilder().setId(stream.nextId());
    // The node gives up after the client has: what it answers then makes room on the stream.
    operation.setTimeoutMillis((int) Math.min(Integer.MAX_VALUE, 1 + timeoutNanos / MILLI_NANOS));
    rpc.request().accept(operation, request);
    return new PipelinedExchange<>(stream, operation.build(), timeoutNanos, rpc.answer(), ending);
  }

  @Override
  public void start() {
    stream.submit(this);
  }

  PipelineOperation operation() {
    return operation;
  }

  /** What it counts with while it is not answered. */
  long bytes() {
    return bytes;
  }

  @Override
  public long deadlineNanos() {
    return deadlineNanos;
  }

  @Override
  public boolean isOver() {
    return over.get();
  }

  /** It is about to be sent; false when nobody waits for it any more. */
  boolean depart() {
    departed = true; // first: whoever ends it now has to reckon with it
    return !over.get();
  }

  void onAnswer(PipelineAnswer answer) {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    A answered = answer.hasFailure() ? null : reader.apply(answer);
    if (answered != null) {
      ending.onAnswer(answered);
    } else if (answer.hasFailure()) {
      FailureStatus failure = FailureStatus.read(answer.getFailure());
      ending.onFailure(Failures.worded(failure, stream.nodeName()), null, true);
    } else {
      ending.onFailure(
          FailureStatus.ofRead(
              Failure.UNRECOGNISED,
              stream.nodeName() + " answered something else than it was asked."),
          null,
          true);
    }
  }

  void onFailure(FailureStatus failure, @Nullable Throwable cause) {
    if (over.compareAndSet(false, true)) {
      ending.onFailure(failure, cause, departed);
    }
  }

  void onNoPipeline() {
    if (over.compareAndSet(false, true)) {
      ending.onNoPipeline();
    }
  }

  @Override
  public void onTimeout() {
    onFailure(Failures.noAnswer(stream.nodeName()), null);
  }

  /** The node is not told; its answer makes room on the stream when it comes. */
  @Override
  public void cancel(String why) {
    onFailure(
        FailureStatus.ofRead(
            Failure.UNREACHABLE, "Cannot reach " + stream.nodeName() + ": " + why + "."),
        null);
  }
}
