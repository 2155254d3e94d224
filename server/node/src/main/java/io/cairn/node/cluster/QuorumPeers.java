package io.cairn.node.cluster;

import io.cairn.node.config.NodeConfig;
import io.cairn.peer.v1.Hello;
import io.cairn.peer.v1.PeerGrpc;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The other members of the metadata quorum, asked and answered on the cluster's timer. */
final class QuorumPeers {
  private static final Logger LOG = LoggerFactory.getLogger(QuorumPeers.class);

  private final Hello hello;
  private final NodeConfig.Member self;
  private final List<NodeConfig.Member> others;
  private final Function<String, ManagedChannel> newChannel;
  private final ScheduledExecutorService timer;
  private final Map<Integer, ManagedChannel> channels = new TreeMap<>();

  QuorumPeers(
      Hello hello,
      List<NodeConfig.Member> members,
      Function<String, ManagedChannel> newChannel,
      ScheduledExecutorService timer) {
    this.hello = hello;
    this.newChannel = newChannel;
    this.timer = timer;
    self = members.stream().filter(m -> m.nodeId() == hello.getNodeId()).findFirst().orElseThrow();
    others = members.stream().filter(m -> m.nodeId() != hello.getNodeId()).toList();
  }

  NodeConfig.Member self() {
    return self;
  }

  List<NodeConfig.Member> others() {
    return others;
  }

  PeerGrpc.PeerStub stub(NodeConfig.Member other, long deadlineSeconds) {
    ManagedChannel channel =
        channels.computeIfAbsent(
            other.nodeId(), nodeId -> newChannel.apply(other.peer().toString()));
    return PeerGrpc.newStub(channel).withDeadlineAfter(deadlineSeconds, TimeUnit.SECONDS);
  }

  Hello helloTo(NodeConfig.Member other) {
    return hello.toBuilder().setToNodeId(other.nodeId()).build();
  }

  /** Has the timer take an answer; one that failed is asked for again anyway. */
  <T> StreamObserver<T> answer(Consumer<T> then, Runnable whenFailed) {
    return new StreamObserver<>() {
      @Override
      public void onNext(T answer) {
        later(() -> then.accept(answer), 0);
      }

      @Override
      public void onError(Throwable failed) {
        LOG.debug("Another member of the metadata quorum: {}", failed.getMessage());
        later(whenFailed, 0);
      }

      @Override
      public void onCompleted() {}
    };
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the tasks handle their failures
  void later(Runnable task, long millis) {
    try {
      timer.schedule(task, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException stopping) {
      LOG.debug("nobody is asked any more");
    }
  }

  void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
    channels.clear();
  }
}
