package io.cairn.client;

import com.google.common.collect.Iterables;
import com.google.common.util.concurrent.MoreExecutors;
import io.cairn.api.CombiningQueue;
import io.cairn.api.FailureStatus;
import io.cairn.api.Pipelining;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.PipelineAnswer;
import io.cairn.v1.PipelineRequest;
import io.cairn.v1.PipelineResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One pipelined stream to a node, until it ends. Batches form by themselves: an operation is sent
 * at once when the network has taken what was sent before; what comes while it has not, and while
 * answers are handed out, rides in the next message. Thread-safe.
 *
 * <p>What may be unanswered is bounded by the node and by the client. Operations beyond it wait, no
 * more of them than the client may have under way.
 */
final class PipelineStream extends ClientCall.Listener<PipelineResponse> {

  /** A larger one would hold up the others. */
  static final int MAX_REQUEST_BYTES = 32 << 10;

  /** Of a message, unless a single operation has more. */
  private static final int MESSAGE_BYTES = 32 << 10;

  private static final long MAX_UNANSWERED_BYTES = 16 << 20;

  /**
   * With the smallest threshold a message is under way until the network has taken it: this is what
   * makes batches.
   */
  private static final CallOptions OPTIONS =
      CallOptions.DEFAULT.withExecutor(MoreExecutors.directExecutor()).withOnReadyThreshold(1);

  private final Node node;
  private final ClientCall<PipelineRequest, PipelineResponse> call;
  private final CombiningQueue<PipelinedExchange<?>> outgoing = new CombiningQueue<>(this::write);
  private final Map<Long, PipelinedExchange<?>> unanswered = new ConcurrentHashMap<>();
  private final AtomicLong unansweredBytes = new AtomicLong();
  private final AtomicLong lastId = new AtomicLong();
  private final Deadlines deadlines =
      new Deadlines(() -> Iterables.concat(unanswered.values(), outgoing.waiting()));
  private volatile long maxUnansweredBytes = Pipelining.INITIAL_UNANSWERED_BYTES;
  private volatile int maxMessageBytes = (int) Pipelining.INITIAL_UNANSWERED_BYTES;
  private volatile boolean started;
  private volatile boolean retired;
  private volatile @Nullable End end;
  private boolean halfClosed; // of the queue's turns

  private record End(FailureStatus failure, @Nullable Throwable cause, boolean unknownMethod) {}

  PipelineStream(Node node) {
    this.node = node;
    this.call = node.channel().newCall(KvGrpc.getPipelineMethod(), OPTIONS);
  }

  void open() {
    call.start(this, new Metadata());
    call.request(1);
    started = true;
    outgoing.drain();
  }

  String nodeName() {
    return node.name();
  }

  /** Of an operation; never 0. */
  long nextId() {
    return lastId.incrementAndGet();
  }

  boolean isOpen() {
    return end == null && !retired;
  }

  /** Whether a request fits a message of the node's. */
  boolean takes(int requestBytes) {
    return requestBytes <= maxMessageBytes / 2;
  }

  void submit(PipelinedExchange<?> exchange) {
    outgoing.add(exchange);
    deadlines.watch(exchange.deadlineNanos());
    outgoing.drain();
  }

  /** A turn of the queue. */
  private void write() {
    End over = end;
    if (over != null) {
      failAll(over);
      return;
    }
    boolean more = started;
    while (more && call.isReady()) {
      PipelineRequest message = nextMessageOrNull();
      more = message != null;
      if (message != null) {
        call.sendMessage(message);
      }
    }
    if (retired && started && !halfClosed && outgoing.peekOrNull() == null) {
      halfClosed = true;
      call.halfClose();
    }
  }

  private @Nullable PipelineRequest nextMessageOrNull() {
    PipelineRequest.Builder message = null;
    int limit = Math.min(MESSAGE_BYTES, maxMessageBytes);
    long bytes = 0;
    PipelinedExchange<?> next = outgoing.peekOrNull();
    while (next != null) {
      if (!next.isOver()) {
        if ((message != null && bytes + next.bytes() > limit) || !hasRoom(next)) {
          break;
        }
        if (next.depart()) {
          unanswered.put(next.operation().getId(), next);
          unansweredBytes.addAndGet(next.bytes());
          message = message == null ? PipelineRequest.newBuilder() : message;
          message.addOperations(next.operation());
          bytes += next.bytes();
        }
      }
      outgoing.pollOrNull();
      next = outgoing.peekOrNull();
    }
    return message == null ? null : message.build();
  }

  private boolean hasRoom(PipelinedExchange<?> next) {
    return unansweredBytes.get() + next.bytes() <= maxUnansweredBytes || unanswered.isEmpty();
  }

  private void failAll(End over) {
    List<PipelinedExchange<?>> all = new ArrayList<>(unanswered.values());
    unanswered.clear();
    PipelinedExchange<?> waiting = outgoing.pollOrNull();
    while (waiting != null) {
      all.add(waiting);
      waiting = outgoing.pollOrNull();
    }
    for (PipelinedExchange<?> exchange : all) {
      if (over.unknownMethod()) {
        exchange.onNoPipeline();
      } else {
        exchange.onFailure(over.failure(), over.cause());
      }
    }
  }

  @Override
  public void onReady() {
    outgoing.drain();
  }

  @Override
  public void onMessage(PipelineResponse response) {
    if (response.hasLimits()) {
      maxUnansweredBytes =
          Math.min(MAX_UNANSWERED_BYTES, response.getLimits().getMaxUnansweredBytes());
      maxMessageBytes = response.getLimits().getMaxMessageBytes();
    }
    outgoing.gather(() -> response.getAnswersList().forEach(this::onAnswer));
    call.request(1);
  }

  private void onAnswer(PipelineAnswer answer) {
    PipelinedExchange<?> exchange = unanswered.remove(answer.getId());
    if (exchange != null) {
      unansweredBytes.addAndGet(-exchange.bytes());
      exchange.onAnswer(answer);
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    boolean unknownMethod = status.getCode() == Status.Code.UNIMPLEMENTED;
    if (unknownMethod) {
      node.pipeline().onUnknown();
    }
    end =
        new End(Failures.ofStream(status, trailers, node.name()), status.getCause(), unknownMethod);
    outgoing.drain();
  }

  /** Takes no more operations; ends when those that it has are answered. */
  void retire() {
    retired = true;
    outgoing.drain();
  }
}
