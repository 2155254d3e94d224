package io.cairn.node.service;

import io.cairn.api.CombiningQueue;
import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.api.Pipelining;
import io.cairn.v1.PipelineAnswer;
import io.cairn.v1.PipelineLimits;
import io.cairn.v1.PipelineOperation;
import io.cairn.v1.PipelineRequest;
import io.cairn.v1.PipelineResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One pipelined stream. gRPC's callbacks, which never overlap, begin the operations; any thread
 * answers them.
 *
 * <p>It holds no more than it must: nothing is begun and nothing read while the network does not
 * take answers, and what may be unanswered is bounded. Answers that wait keep their operation's
 * share of the node's budget, as those of other calls do.
 */
final class PipelineStream implements StreamObserver<PipelineRequest> {
  /** Of a response, unless a single answer has more. */
  private static final int MESSAGE_BYTES = 64 << 10;

  /** Operations that are begun before the answers that some have already are let go. */
  private static final int FLUSH_EVERY = 64;

  private static final FailureStatus LATE =
      FailureStatus.ofRead(
          Failure.DEADLINE_EXCEEDED, "The operation was not done in the time it was given.");

  private final PipelinePath path;
  private final ServerCallStreamObserver<PipelineResponse> network;
  private final long limitBytes;
  private final CombiningQueue<PipelinedCaller<?>> outgoing = new CombiningQueue<>(this::write);

  // Of gRPC's callbacks
  private List<PipelineOperation> arrived = List.of();
  private int begun;
  private long arrivedNanos;
  private boolean readsOn;
  private boolean halfClosed;

  /**
   * Guards what follows. Not this stream itself: the path keeps it in a set by its identity hash,
   * and the JVM's locks are slow on an object that has one.
   */
  private final Object lock = new Object();

  private final Map<Long, PipelinedCaller<?>> unanswered = new HashMap<>(); // guarded by lock
  private long unansweredBytes; // guarded by lock
  private long nextDeadlineNanos = Long.MAX_VALUE; // guarded by lock

  // Why no more is begun
  private volatile boolean served;
  private volatile boolean gone;
  private volatile @Nullable FailureStatus end;

  private boolean closed; // of the queue's turns

  PipelineStream(
      PipelinePath path, ServerCallStreamObserver<PipelineResponse> network, long limitBytes) {
    this.path = path;
    this.network = network;
    this.limitBytes = limitBytes;
  }

  /** Within the service's method. */
  void open(int maxMessageBytes) {
    network.disableAutoRequest();
    network.setOnReadyHandler(this::begin);
    network.setOnCancelHandler(this::onGone);
    network.onNext(
        PipelineResponse.newBuilder()
            .setLimits(
                PipelineLimits.newBuilder()
                    .setMaxUnansweredBytes(limitBytes)
                    .setMaxMessageBytes(maxMessageBytes))
            .build());
    network.request(1);
  }

  @Override
  public void onNext(PipelineRequest request) {
    arrived = request.getOperationsList();
    begun = 0;
    arrivedNanos = System.nanoTime();
    readsOn = true;
    begin();
  }

  @Override
  public void onCompleted() {
    halfClosed = true;
    begin();
  }

  @Override
  public void onError(Throwable cancelled) {} // the cancel handler is told as well

  /** Begins what has arrived as long as answers can leave, and asks for more when all has begun. */
  private void begin() {
    long nowNanos = System.nanoTime();
    while (begun < arrived.size() && end == null && network.isReady()) {
      begin(arrived.get(begun++), nowNanos);
      if (begun % FLUSH_EVERY == 0) {
        flush();
      }
    }
    flush();
    if (begun < arrived.size() || end != null) {
      return;
    }
    arrived = List.of();
    begun = 0;
    if (halfClosed) {
      served = true;
      flush();
    } else if (readsOn && network.isReady()) {
      readsOn = false;
      network.request(1);
    }
  }

  private void begin(PipelineOperation operation, long nowNanos) {
    long id = operation.getId();
    boolean twice;
    boolean fits;
    synchronized (lock) {
      twice = unanswered.containsKey(id);
      fits = unanswered.isEmpty() || unansweredBytes + Pipelining.bytesOf(operation) <= limitBytes;
    }
    if (id == 0) {
      endWith(FailureStatus.ofRead(Failure.INVALID_OPERATION, "An operation has no id."));
    } else if (twice) {
      endWith(
          FailureStatus.ofRead(
              Failure.INVALID_OPERATION,
              "The id "
                  + Long.toUnsignedString(id)
                  + " came again while an operation with it was not answered yet."));
    } else if (!fits) {
      path.refuse(
          operation,
          this,
          FailureStatus.ofRead(
              Failure.OVERLOADED,
              "This stream may have "
                  + limitBytes
                  + " bytes of operations unanswered, which is limits.max-pipelined of this node."));
    } else if (isLate(operation, nowNanos)) {
      refused(operation).fail(LATE);
    } else {
      path.begin(operation, this);
    }
  }

  /** Only what had to wait for the network is, before it has begun. */
  private boolean isLate(PipelineOperation operation, long nowNanos) {
    long millis = Integer.toUnsignedLong(operation.getTimeoutMillis());
    return millis != 0 && nowNanos - arrivedNanos >= TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** Takes an operation in that is not begun. */
  Caller<Void> refused(PipelineOperation operation) {
    return caller(operation, null, (answer, never) -> {});
  }

  /**
   * Takes an operation in; its answer is to be given to whom this returns.
   *
   * @param timer counts how long it takes to succeed
   */
  <R> Caller<R> caller(
      PipelineOperation operation,
      @Nullable Timer timer,
      BiConsumer<PipelineAnswer.Builder, R> setter) {
    long deadlineNanos =
        operation.getTimeoutMillis() == 0
            ? Long.MAX_VALUE
            : arrivedNanos
                + TimeUnit.MILLISECONDS.toNanos(
                    Integer.toUnsignedLong(operation.getTimeoutMillis()));
    PipelinedCaller<R> caller =
        new PipelinedCaller<>(
            this,
            operation.getId(),
            Pipelining.bytesOf(operation),
            arrivedNanos,
            deadlineNanos,
            timer,
            setter);
    synchronized (lock) {
      unanswered.put(caller.id(), caller);
      unansweredBytes += caller.bytes();
      nextDeadlineNanos = Math.min(nextDeadlineNanos, deadlineNanos);
    }
    return caller;
  }

  /** Its answer is known and leaves with the next flush. */
  void answered(PipelinedCaller<?> caller) {
    outgoing.add(caller);
  }

  void flush() {
    outgoing.drain();
  }

  /** A turn of the queue. */
  private void write() {
    if (gone || closed) {
      discard();
      return;
    }
    List<PipelinedCaller<?>> leaving = new ArrayList<>();
    while (network.isReady() && outgoing.peekOrNull() != null) {
      PipelineResponse.Builder response = PipelineResponse.newBuilder();
      long bytes = 0;
      PipelinedCaller<?> next = outgoing.peekOrNull();
      while (next != null) {
        PipelineAnswer answer = Objects.requireNonNull(next.answerOrNull());
        bytes += answer.getSerializedSize();
        if (bytes > MESSAGE_BYTES && !leaving.isEmpty()) {
          break;
        }
        response.addAnswers(answer);
        leaving.add(next);
        outgoing.pollOrNull();
        next = outgoing.peekOrNull();
      }
      forget(leaving); // first: who gets an answer may use its id again at once
      long nowNanos = System.nanoTime();
      leaving.forEach(caller -> caller.count(nowNanos));
      network.onNext(response.build());
      leaving.forEach(PipelinedCaller::end);
      leaving.clear();
    }
    maybeClose();
  }

  private void discard() {
    PipelinedCaller<?> unread = outgoing.pollOrNull();
    while (unread != null) {
      unread.end();
      unread = outgoing.pollOrNull();
    }
  }

  private void forget(List<PipelinedCaller<?>> callers) {
    synchronized (lock) {
      for (PipelinedCaller<?> caller : callers) {
        if (unanswered.remove(caller.id()) != null) {
          unansweredBytes -= caller.bytes();
        }
      }
    }
  }

  private void maybeClose() {
    FailureStatus failure = end;
    boolean idle;
    synchronized (lock) {
      idle = unanswered.isEmpty();
    }
    if (failure != null && (idle || failure.failure() == Failure.INVALID_OPERATION)) {
      closed = true;
      network.onError(failure.toException());
      release();
    } else if (served && idle) {
      closed = true;
      network.onCompleted();
      release();
    }
  }

  /** No more is begun; what has begun is answered before the stream ends, if it was well-formed. */
  void endWith(FailureStatus failure) {
    end = failure;
    flush();
  }

  private void onGone() {
    gone = true;
    release();
    flush();
  }

  private void release() {
    path.closed(this);
    List<PipelinedCaller<?>> left;
    synchronized (lock) {
      left = List.copyOf(unanswered.values());
      unanswered.clear();
      unansweredBytes = 0;
    }
    left.forEach(PipelinedCaller::end);
  }

  /** Answers what has waited for too long. Any thread. */
  void tick(long nowNanos) {
    List<PipelinedCaller<?>> late = new ArrayList<>();
    synchronized (lock) {
      if (nextDeadlineNanos == Long.MAX_VALUE || nextDeadlineNanos - nowNanos > 0) {
        return;
      }
      nextDeadlineNanos = Long.MAX_VALUE;
      for (PipelinedCaller<?> caller : unanswered.values()) {
        if (caller.isGone() || caller.deadlineNanos() == Long.MAX_VALUE) {
          continue;
        }
        if (caller.deadlineNanos() - nowNanos <= 0) {
          late.add(caller);
        } else {
          nextDeadlineNanos = Math.min(nextDeadlineNanos, caller.deadlineNanos());
        }
      }
    }
    for (PipelinedCaller<?> caller : late) {
      caller.fail(LATE);
    }
    flush();
  }
}
