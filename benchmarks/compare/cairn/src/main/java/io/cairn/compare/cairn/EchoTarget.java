package io.cairn.compare.cairn;

import io.cairn.compare.client.Answer;
import io.cairn.compare.client.Call;
import io.cairn.compare.client.Client;
import io.cairn.compare.client.Operation;
import io.cairn.compare.client.Target;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** Calls the echo, whatever the operation; the answer comes on the event loop. */
public final class EchoTarget implements Target {
  private final byte[] message = new byte[Echo.MESSAGE_BYTES];
  private final ManagedChannel channel;

  private EchoTarget(List<String> endpoints, String variant) {
    this.channel =
        NettyChannelBuilder.forTarget(endpoints.get(0)).usePlaintext().directExecutor().build();
  }

  /** The process of a client. */
  public static void main(String[] args) throws Exception {
    Client.run(args, EchoTarget::new);
  }

  @Override
  public Call call(Operation operation) {
    return (key, value, answer) ->
        ClientCalls.asyncUnaryCall(
            channel.newCall(Echo.METHOD, CallOptions.DEFAULT), message, new Ended(answer));
  }

  @Override
  public boolean isReady() {
    return ClientCalls.blockingUnaryCall(channel, Echo.METHOD, CallOptions.DEFAULT, message).length
        == message.length;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private record Ended(Answer answer) implements StreamObserver<byte[]> {
    @Override
    public void onNext(byte[] value) {}

    @Override
    public void onCompleted() {
      answer.succeeded();
    }

    @Override
    public void onError(Throwable thrown) {
      answer.failed(thrown);
    }
  }
}
