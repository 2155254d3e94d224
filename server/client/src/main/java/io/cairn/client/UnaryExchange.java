package io.cairn.client;

import com.google.common.util.concurrent.MoreExecutors;
import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A request by a gRPC call of its own. */
final class UnaryExchange<Q, A> extends ClientCall.Listener<A> implements Exchange {

  private static final CallOptions ON_EVENT_LOOP =
      CallOptions.DEFAULT.withExecutor(MoreExecutors.directExecutor());

  private final Node node;
  private final Q request;
  private final Ending<A> ending;
  private final Departure departure = new Departure();
  private final ClientCall<Q, A> call;
  private @Nullable A answer;

  UnaryExchange(Node node, Rpc<Q, A, ?> rpc, Q request, long timeoutNanos, Ending<A> ending) {
    this.node = node;
    this.request = request;
    this.ending = ending;
    CallOptions options = ON_EVENT_LOOP.withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS);
    this.call =
        node.channel()
            .newCall(
                rpc.method(), rpc.isWrite() ? options.withStreamTracerFactory(departure) : options);
  }

  @Override
  public void start() {
    call.start(this, new Metadata());
    call.request(2); // the second is for the end of the stream
    call.sendMessage(request);
    call.halfClose();
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
    A answered = answer;
    if (status.isOk() && answered != null) {
      ending.onAnswer(answered);
    } else {
      FailureStatus failure =
          status.isOk()
              ? FailureStatus.ofRead(Failure.UNRECOGNISED, node.name() + " gave no answer.")
              : Failures.read(status, trailers, node.name());
      ending.onFailure(failure, status.getCause(), departure.happened());
    }
  }
}
