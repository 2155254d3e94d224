package io.cairn.replication.metadata;

import io.cairn.replication.metadata.RatisOptions.Peer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.client.RaftClientRpc;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of Ratis on the member's directory: its server, and its way to the other members. */
final class RatisMember implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RatisMember.class);
  private static final long RECONNECT_MILLIS = 1_000;

  private final ClientId clientId;
  private final AtomicLong callIds;
  private final RaftGroup group;
  private final RaftServer server;
  private final RaftServer.Division division;
  private final RaftClientRpc rpc;

  /** For what waits for the network or the disk; as many threads as wait, mostly none. */
  private final ExecutorService aside =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "cairn-metadata-aside");
            thread.setDaemon(true);
            return thread;
          });

  private @Nullable ScheduledFuture<?> reconnecting;
  private volatile boolean closing;

  /** Whether there was a leader a while ago; only on the thread that reconnects. */
  private boolean hadLeader = true;

  /**
   * @param callIds of the client, one after the other: a member remembers those that it has seen
   */
  RatisMember(
      RatisOptions options, ClientId clientId, AtomicLong callIds, MetadataStateMachine.Owner owner)
      throws IOException {
    this.clientId = clientId;
    this.callIds = callIds;
    group = RatisSettings.group(options);
    RaftProperties properties = RatisSettings.properties(options);
    Parameters parameters = RatisSettings.parameters(options);
    server =
        RaftServer.newBuilder()
            .setServerId(RatisSettings.peerId(options.self().nodeId()))
            .setGroup(group)
            .setOption(RaftStorage.StartupOption.RECOVER)
            .setStateMachine(new MetadataStateMachine(owner))
            .setProperties(properties)
            .setParameters(parameters)
            .build();
    try {
      division = server.getDivision(group.getGroupId());
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
    rpc = new GrpcFactory(parameters).newRaftClientRpc(clientId, properties);
  }

  void start(ScheduledExecutorService timer) throws IOException {
    server.start();
    reconnecting =
        timer.scheduleWithFixedDelay(
            this::maybeReconnect, RECONNECT_MILLIS, RECONNECT_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Ratis asks for votes over connections that gRPC makes again after pauses of up to two minutes
   * once their member was away. So without a leader they are made anew.
   */
  private void maybeReconnect() {
    boolean hasLeader = division.getInfo().getLeaderId() != null;
    if (!hasLeader && !hadLeader) {
      for (RaftPeer peer : division.getRaftConf().getAllPeers()) {
        reconnect(peer.getId(), "there is no leader");
      }
    }
    hadLeader = hasLeader;
  }

  private void reconnect(RaftPeerId peer, String why) {
    if (!peer.equals(server.getId())) {
      server.getServerRpc().handleException(peer, new IOException(why), true);
    }
  }

  @Nullable RaftPeerId leaderOrNull() {
    return closing ? null : division.getInfo().getLeaderId();
  }

  boolean isReadyLeader() {
    return !closing && division.getInfo().isLeaderReady();
  }

  /**
   * Has the server do what a leader that hands over asks it for, in the name of the one that it
   * knows (TimeoutNow; Ongaro, Consensus: Bridging Theory and Practice, 3.10). It stores its vote
   * first, so on a thread of its own.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // it logs its failure
  void campaign() {
    aside(this::standForElection).exceptionally(RatisMember::notElected);
  }

  private void standForElection() {
    TermIndex lastEntry = division.getRaftLog().getLastEntryTermIndex();
    RaftPeerId leader = leaderOrNull();
    if (closing || lastEntry == null || server.getId().equals(leader)) {
      return;
    }
    RaftRpcRequestProto.Builder request =
        RaftRpcRequestProto.newBuilder()
            .setRequestorId((leader == null ? server.getId() : leader).toByteString())
            .setReplyId(server.getId().toByteString())
            .setRaftGroupId(RaftGroupIdProto.newBuilder().setId(group.getGroupId().toByteString()))
            .setCallId(callIds.incrementAndGet());
    try {
      server.startLeaderElection(
          StartLeaderElectionRequestProto.newBuilder()
              .setServerRequest(request)
              .setLeaderLastEntry(lastEntry.toProto())
              .build());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable Void notElected(Throwable failure) {
    LOG.info("an election of the metadata quorum was not begun at once: {}", failure.toString());
    return null;
  }

  List<Peer> members() {
    return division.getRaftConf().getCurrentPeers().stream().map(RatisMember::peer).toList();
  }

  private static Peer peer(RaftPeer peer) {
    String address = peer.getAddress();
    int colon = address.lastIndexOf(':');
    String host = address.substring(0, colon).replaceAll("[\\[\\]]", "");
    return new Peer(
        RatisSettings.nodeId(peer.getId()), host, Integer.parseInt(address.substring(colon + 1)));
  }

  CompletableFuture<RaftClientReply> changeMembers(List<Peer> members) {
    List<Peer> added = new ArrayList<>(members);
    added.removeAll(members());
    SetConfigurationRequest request =
        new SetConfigurationRequest(
            clientId,
            server.getId(),
            group.getGroupId(),
            callIds.incrementAndGet(),
            SetConfigurationRequest.Arguments.newBuilder()
                .setServersInNewConf(RatisSettings.peers(members))
                .build());
    // Closing a connection may take seconds, which the caller does not wait for.
    return aside(() -> reconnect(added))
        .thenCompose(
            reconnected -> {
              try {
                return server.setConfigurationAsync(request);
              } catch (IOException e) {
                return CompletableFuture.failedFuture(e);
              }
            });
  }

  /** One that comes is not to wait for the back-off of the one whose place it takes. */
  private void reconnect(List<Peer> added) {
    for (Peer peer : added) {
      reconnect(RatisSettings.peerId(peer.nodeId()), "the members change");
    }
  }

  CompletableFuture<RaftClientReply> send(long callId, RaftPeerId leader, Message message) {
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(clientId)
            .setServerId(leader)
            .setGroupId(group.getGroupId())
            .setCallId(callId)
            .setMessage(message)
            .setType(RaftClientRequest.writeRequestType())
            .build();
    try {
      if (leader.equals(server.getId())) {
        return server.submitClientRequestAsync(request);
      }
      rpc.addRaftPeers(division.getRaftConf().getAllPeers());
      return rpc.sendRequestAsyncUnordered(request)
          .whenComplete((reply, failure) -> maybeReconnect(leader, failure));
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * After a failure the stream to that member stays closed. Closing its connection may take
   * seconds, which the thread that brought the failure, or the proposal, must not wait for.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // it logs its failure
  private void maybeReconnect(RaftPeerId leader, @Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause != null
        && !closing
        && !(cause instanceof NotLeaderException)
        && !(cause instanceof LeaderNotReadyException)) {
      aside(() -> rpc.handleException(leader, cause, true)).exceptionally(RatisMember::logged);
    }
  }

  private static @Nullable Void logged(Throwable failure) {
    LOG.warn("a connection to a member of the metadata quorum was not closed in order", failure);
    return null;
  }

  /**
   * Not on the JVM's common pool: it may have a single thread, and Ratis appends to its log there.
   */
  private CompletableFuture<Void> aside(Runnable waits) {
    try {
      return CompletableFuture.runAsync(waits, aside);
    } catch (RejectedExecutionException closed) {
      return CompletableFuture.failedFuture(closed);
    }
  }

  @Override
  public void close() {
    closing = true;
    if (reconnecting != null) {
      reconnecting.cancel(false);
    }
    try {
      rpc.close();
      server.close();
    } catch (IOException e) {
      LOG.warn("the metadata quorum was not closed in order", e);
    }
    aside.shutdownNow();
  }
}
