package io.cairn.node.cluster;

import com.google.protobuf.ByteString;
import io.cairn.node.config.NodeConfig;
import io.cairn.peer.v1.MetadataVersion;
import io.cairn.peer.v1.PeerGrpc;
import io.cairn.peer.v1.ProposeRequest;
import io.cairn.peer.v1.ProposeResponse;
import io.cairn.peer.v1.WatchMetadataRequest;
import io.cairn.replication.core.metadata.ChangeResult;
import io.cairn.replication.core.metadata.MetadataChange;
import io.cairn.replication.core.metadata.MetadataQuorum;
import io.cairn.replication.core.metadata.MetadataUnavailableException;
import io.cairn.replication.metadata.LearnedMetadata;
import io.cairn.replication.metadata.MetadataCodec;
import io.cairn.replication.metadata.MetadataFormatException;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metadata on a node that does not help to agree on it: heard from any of those that do, the
 * next one when one does not answer.
 */
final class MetadataClient implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MetadataClient.class);
  private static final long AGAIN_MILLIS = 200;
  private static final long PROPOSE_SECONDS = 5;

  private final String clusterId;
  private final List<ManagedChannel> channels;
  private final ScheduledExecutorService timer;
  private final LearnedMetadata metadata = new LearnedMetadata(this::forward);
  private final AtomicInteger current = new AtomicInteger();
  private volatile boolean closed;

  MetadataClient(
      String clusterId,
      List<NodeConfig.Member> members,
      Function<String, ManagedChannel> newChannel,
      ScheduledExecutorService timer) {
    this.clusterId = clusterId;
    this.timer = timer;
    channels = members.stream().map(m -> newChannel.apply(m.peer().toString())).toList();
  }

  MetadataQuorum metadata() {
    return metadata;
  }

  void start() {
    watch();
  }

  private ManagedChannel channel() {
    return channels.get(Math.floorMod(current.get(), channels.size()));
  }

  private void watch() {
    if (closed) {
      return;
    }
    PeerGrpc.newStub(channel())
        .watchMetadata(
            WatchMetadataRequest.newBuilder().setClusterId(clusterId).build(),
            new StreamObserver<>() {
              @Override
              public void onNext(MetadataVersion version) {
                try {
                  metadata.learn(MetadataCodec.decodeMetadata(version.getMetadata().toByteArray()));
                  metadata.learnController(version.getController());
                } catch (MetadataFormatException unknown) {
                  LOG.error("The cluster's metadata cannot be read", unknown);
                }
              }

              @Override
              public void onError(Throwable failed) {
                LOG.info("The metadata is asked from another node: {}", failed.getMessage());
                watchAnother();
              }

              @Override
              public void onCompleted() {
                watchAnother();
              }
            });
  }

  @SuppressWarnings("FutureReturnValueIgnored") // watching reports what becomes of it
  private void watchAnother() {
    current.incrementAndGet();
    try {
      timer.schedule(this::watch, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException stopping) {
      LOG.debug("nothing is watched any more");
    }
  }

  private CompletableFuture<ChangeResult> forward(MetadataChange change) {
    CompletableFuture<ChangeResult> result = new CompletableFuture<>();
    PeerGrpc.newStub(channel())
        .withDeadlineAfter(PROPOSE_SECONDS, TimeUnit.SECONDS)
        .propose(
            ProposeRequest.newBuilder()
                .setClusterId(clusterId)
                .setChange(ByteString.copyFrom(MetadataCodec.encode(change)))
                .build(),
            new StreamObserver<>() {
              @Override
              public void onNext(ProposeResponse response) {
                try {
                  result.complete(MetadataCodec.decodeResult(response.getResult().toByteArray()));
                } catch (MetadataFormatException unknown) {
                  result.completeExceptionally(unknown);
                }
              }

              @Override
              public void onError(Throwable failed) {
                result.completeExceptionally(
                    new MetadataUnavailableException(String.valueOf(failed.getMessage()), failed));
              }

              @Override
              public void onCompleted() {
                result.completeExceptionally(
                    new MetadataUnavailableException("no answer came", null));
              }
            });
    return result;
  }

  @Override
  public void close() {
    closed = true;
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
