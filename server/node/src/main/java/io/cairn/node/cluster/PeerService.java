package io.cairn.node.cluster;

import com.google.protobuf.ByteString;
import io.cairn.peer.v1.FetchSnapshotRequest;
import io.cairn.peer.v1.FoundingAnswer;
import io.cairn.peer.v1.FoundingRequest;
import io.cairn.peer.v1.Hello;
import io.cairn.peer.v1.MetadataVersion;
import io.cairn.peer.v1.PeerGrpc;
import io.cairn.peer.v1.PeerMessage;
import io.cairn.peer.v1.ProposeRequest;
import io.cairn.peer.v1.ProposeResponse;
import io.cairn.peer.v1.SeatAnswer;
import io.cairn.peer.v1.SeatRequest;
import io.cairn.peer.v1.SnapshotPart;
import io.cairn.peer.v1.WatchMetadataRequest;
import io.cairn.replication.core.CorruptRecordException;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.MetadataQuorum;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.replication.core.metadata.ProcessId;
import io.cairn.replication.metadata.MetadataCodec;
import io.cairn.replication.metadata.MetadataFormatException;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What other nodes ask of this one. Runs on the threads of the network and never waits. */
final class PeerService extends PeerGrpc.PeerImplBase {
  static final int PROTOCOL_VERSION = 2;

  private static final Logger LOG = LoggerFactory.getLogger(PeerService.class);

  /** Who takes what comes in. */
  interface Inbox {
    void onMessage(ProcessId from, PeerMessage message);

    /** The stream from this process ended. */
    void onClosed(ProcessId from);
  }

  private final String clusterId;
  private final ProcessId self;
  private final MetadataQuorum metadata;
  private final Inbox inbox;
  private final SnapshotSource snapshots;
  private final @Nullable QuorumFounding founding;
  private final @Nullable QuorumSeats seats;
  private final Set<MetadataWatch> watches = ConcurrentHashMap.newKeySet();

  /**
   * @param founding and {@code seats}: null on a node that is no member of the metadata quorum
   */
  PeerService(
      String clusterId,
      ProcessId self,
      MetadataQuorum metadata,
      Inbox inbox,
      SnapshotSource snapshots,
      @Nullable QuorumFounding founding,
      @Nullable QuorumSeats seats) {
    this.founding = founding;
    this.seats = seats;
    this.clusterId = clusterId;
    this.self = self;
    this.metadata = metadata;
    this.inbox = inbox;
    this.snapshots = snapshots;
    metadata.listen(newer -> watches.forEach(MetadataWatch::maybeSend));
  }

  @Override
  public StreamObserver<PeerMessage> stream(StreamObserver<Hello> answers) {
    return new Incoming((ServerCallStreamObserver<Hello>) answers);
  }

  /** One stream from another node. */
  private final class Incoming implements StreamObserver<PeerMessage> {
    private final ServerCallStreamObserver<Hello> answers;
    private @Nullable ProcessId from;
    private boolean ended;

    Incoming(ServerCallStreamObserver<Hello> answers) {
      this.answers = answers;
      answers.setOnCancelHandler(this::end);
    }

    @Override
    public void onNext(PeerMessage message) {
      if (ended) {
        return;
      }
      ProcessId known = from;
      if (known == null) {
        greet(message);
        return;
      }
      try {
        inbox.onMessage(known, message);
      } catch (CorruptRecordException damaged) {
        LOG.warn("What {} sent is damaged: {}", known, damaged.getMessage());
        end();
        answers.onError(
            Status.DATA_LOSS
                .withDescription("What arrived is damaged: " + damaged.getMessage())
                .asRuntimeException());
      }
    }

    private void greet(PeerMessage message) {
      String problem = problemOrNull(message.getHello());
      if (problem != null) {
        LOG.warn("Another node is refused: {}", problem);
        ended = true;
        answers.onError(Status.FAILED_PRECONDITION.withDescription(problem).asRuntimeException());
        return;
      }
      Hello hello = message.getHello();
      from = PeerCodec.process(hello.getNodeId(), hello.getStoreId(), hello.getIncarnation());
      answers.onNext(PeerCodec.hello(clusterId, self).build());
    }

    @Override
    public void onError(Throwable failed) {
      end();
    }

    @Override
    public void onCompleted() {
      end();
      answers.onCompleted();
    }

    private void end() {
      if (!ended) {
        ended = true;
        if (from != null) {
          inbox.onClosed(from);
        }
      }
    }
  }

  /** Why a node that says so is not listened to, or null. */
  @Nullable String problemOrNull(Hello hello) {
    if (hello.getProtocolVersion() != PROTOCOL_VERSION) {
      return "node "
          + hello.getNodeId()
          + " speaks version "
          + hello.getProtocolVersion()
          + " of the protocol between nodes, and node "
          + self.nodeId()
          + " speaks "
          + PROTOCOL_VERSION
          + ": upgrade the older one.";
    }
    if (!hello.getClusterId().equals(clusterId)) {
      return "node "
          + hello.getNodeId()
          + " belongs to another cluster: give all nodes of a cluster the same cluster.name, and each"
          + " cluster addresses of its own.";
    }
    if (hello.getNodeId() == self.nodeId()) {
      return "two processes call themselves node "
          + self.nodeId()
          + ": give each node a node-id of its own.";
    }
    if (hello.getToNodeId() != 0 && hello.getToNodeId() != self.nodeId()) {
      return "node "
          + hello.getNodeId()
          + " looks for node "
          + hello.getToNodeId()
          + " where node "
          + self.nodeId()
          + " is: correct the addresses in cluster.members.";
    }
    try {
      ProcessId process =
          PeerCodec.process(hello.getNodeId(), hello.getStoreId(), hello.getIncarnation());
      NodeMetadata known = metadata.current().nodes().get(process.nodeId());
      if (known != null
          && known.storeId().equals(process.storeId())
          && known.incarnation() > process.incarnation()) {
        return process
            + " has been replaced by a newer process of the same node: stop one of the two.";
      }
    } catch (IllegalArgumentException malformed) {
      return "a node says that it is node "
          + hello.getNodeId()
          + ", but "
          + malformed.getMessage()
          + ".";
    }
    return null;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // its callback handles both endings
  public void propose(ProposeRequest request, StreamObserver<ProposeResponse> observer) {
    if (isOfAnotherCluster(request.getClusterId(), observer)) {
      return;
    }
    try {
      metadata
          .propose(MetadataCodec.decodeChange(request.getChange().toByteArray()))
          .whenComplete(
              (result, failed) -> {
                if (failed != null) {
                  observer.onError(
                      Status.UNAVAILABLE
                          .withDescription(String.valueOf(failed.getMessage()))
                          .asRuntimeException());
                } else {
                  observer.onNext(
                      ProposeResponse.newBuilder()
                          .setResult(ByteString.copyFrom(MetadataCodec.encode(result)))
                          .build());
                  observer.onCompleted();
                }
              });
    } catch (MetadataFormatException unknown) {
      observer.onError(
          Status.INVALID_ARGUMENT.withDescription(unknown.getMessage()).asRuntimeException());
    }
  }

  private boolean isOfAnotherCluster(String other, StreamObserver<?> observer) {
    if (other.equals(clusterId)) {
      return false;
    }
    observer.onError(
        Status.FAILED_PRECONDITION
            .withDescription("node " + self.nodeId() + " belongs to another cluster.")
            .asRuntimeException());
    return true;
  }

  @Override
  public void watchMetadata(
      WatchMetadataRequest request, StreamObserver<MetadataVersion> observer) {
    if (isOfAnotherCluster(request.getClusterId(), observer)) {
      return;
    }
    ServerCallStreamObserver<MetadataVersion> stream =
        (ServerCallStreamObserver<MetadataVersion>) observer;
    new MetadataWatch(stream).begin();
  }

  /** Sends the newest version whenever the network takes one. */
  private final class MetadataWatch {
    private final ServerCallStreamObserver<MetadataVersion> stream;
    private long sentVersion = -1;

    MetadataWatch(ServerCallStreamObserver<MetadataVersion> stream) {
      this.stream = stream;
    }

    void begin() {
      stream.setOnCancelHandler(() -> watches.remove(this));
      stream.setOnReadyHandler(this::maybeSend);
      watches.add(this);
      maybeSend();
    }

    private synchronized void maybeSend() {
      ClusterMetadata newest = metadata.current();
      if (newest.version() > sentVersion && stream.isReady() && !stream.isCancelled()) {
        sentVersion = newest.version();
        stream.onNext(
            MetadataVersion.newBuilder()
                .setMetadata(ByteString.copyFrom(MetadataCodec.encode(newest)))
                .setController(metadata.controllerOrNone())
                .build());
      }
    }
  }

  @Override
  public void askFounding(FoundingRequest request, StreamObserver<FoundingAnswer> observer) {
    Hello from = request.getFrom();
    QuorumFounding known = founding;
    if (known == null) {
      noMember(observer);
    } else if (!isRefused(from, observer)) {
      observer.onNext(known.answer(from.getNodeId(), PeerCodec.uuid(from.getStoreId())));
      observer.onCompleted();
    }
  }

  @Override
  public void vacateSeat(SeatRequest request, StreamObserver<SeatAnswer> observer) {
    Hello from = request.getFrom();
    QuorumSeats known = seats;
    if (known == null) {
      noMember(observer);
    } else if (!isRefused(from, observer)) {
      answer(known.vacate(from.getNodeId(), PeerCodec.uuid(from.getStoreId())), observer);
    }
  }

  @Override
  public void takeSeat(SeatRequest request, StreamObserver<SeatAnswer> observer) {
    QuorumSeats known = seats;
    if (known == null) {
      noMember(observer);
    } else if (!isRefused(request.getFrom(), observer)) {
      try {
        answer(known.take(request), observer);
      } catch (IllegalArgumentException malformed) {
        observer.onError(
            Status.INVALID_ARGUMENT.withDescription(malformed.getMessage()).asRuntimeException());
      }
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // its callback handles both endings
  private static void answer(CompletableFuture<Void> changed, StreamObserver<SeatAnswer> observer) {
    changed.whenComplete(
        (nothing, failed) -> {
          if (failed != null) {
            observer.onError(
                Status.FAILED_PRECONDITION
                    .withDescription(String.valueOf(failed.getMessage()))
                    .asRuntimeException());
          } else {
            observer.onNext(SeatAnswer.getDefaultInstance());
            observer.onCompleted();
          }
        });
  }

  private boolean isRefused(Hello from, StreamObserver<?> observer) {
    String problem = problemOrNull(from);
    if (problem != null) {
      observer.onError(Status.FAILED_PRECONDITION.withDescription(problem).asRuntimeException());
    }
    return problem != null;
  }

  private void noMember(StreamObserver<?> observer) {
    observer.onError(
        Status.FAILED_PRECONDITION
            .withDescription("node " + self.nodeId() + " is no member of the metadata quorum.")
            .asRuntimeException());
  }

  @Override
  public void fetchSnapshot(FetchSnapshotRequest request, StreamObserver<SnapshotPart> observer) {
    if (!isRefused(request.getFrom(), observer)) {
      snapshots.send(request, (ServerCallStreamObserver<SnapshotPart>) observer);
    }
  }
}
