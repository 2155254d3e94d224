package io.cairn.client;

import com.google.common.util.concurrent.MoreExecutors;
import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * A request by a gRPC call of its own. The call has no deadline of gRPC's: it would send a header
 * that differs from call to call, which the compression of headers cannot take, and have a timer on
 * either side; together a quarter to a half of what a get costs.
 */
final class UnaryExchange<Q, A> extends ClientCall.Listener<A>
    implements Exchange, Deadlines.Waiting {

  private static final CallOptions ON_EVENT_LOOP =
      CallOptions.DEFAULT.withExecutor(MoreExecutors.directExecutor());

  private final Node node;
  private final Q request;
  private final Ending<A> ending;
  private final Departure departure = new Departure();
  private final long deadlineNanos;
  private final ClientCall<Q, A> call;
  private volatile boolean late;
  private volatile boolean closed;
  private @Nullable A answer;

  UnaryExchange(Node node, Rpc<Q, A, ?> rpc, Q request, long timeoutNanos, Ending<A> ending) {
    this.node = node;
    this.request = request;
    this.ending = ending;
    this.deadlineNanos = System.nanoTime() + timeoutNanos;
    this.call =
        node.channel()
            .newCall(
                rpc.method(),
                rpc.isWrite() ? ON_EVENT_LOOP.withStreamTracerFactory(departure) : ON_EVENT_LOOP);
  }

  @Override
  public void start() {
    call.start(this, new Metadata());
    call.request(2); // the second is for the end of the stream
    call.sendMessage(request);
    call.halfClose();
    node.began(this); // now only: until here it must not be cancelled
    if (closed) {
      node.ended(this);
    }
  }

  @Override
  public long deadlineNanos() {
    return deadlineNanos;
  }

  @Override
  public boolean isOver() {
    return late || closed;
  }

  @Override
  public void onTimeout() {
    late = true;
    call.cancel("Its deadline has passed.", null);
  }

  @Override
  public void cancel(String why) {
    call.cancel(why, null);
  }

  @Override
  public void onMessage(A message) {
    answer = message;
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    closed = true;
    node.ended(this);
    A answered = answer;
    if (status.isOk() && answered != null) {
      ending.onAnswer(answered);
    } else {
      ending.onFailure(failure(status, trailers), status.getCause(), departure.happened());
    }
  }

  private FailureStatus failure(Status status, Metadata trailers) {
    if (status.isOk()) {
      return FailureStatus.ofRead(Failure.UNRECOGNISED, node.name() + " gave no answer.");
    }
    return late && status.getCode() == Status.Code.CANCELLED
        ? Failures.noAnswer(node.name())
        : Failures.read(status, trailers, node.name());
  }
}
