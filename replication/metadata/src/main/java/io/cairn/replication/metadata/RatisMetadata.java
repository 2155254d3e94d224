package io.cairn.replication.metadata;

import io.cairn.replication.core.metadata.ChangeResult;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.MetadataChange;
import io.cairn.replication.core.metadata.MetadataQuorum;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.replication.metadata.RatisOptions.Peer;
import java.io.IOException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.ratis.client.RaftClientRpc;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcFactory;
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
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.util.ExitUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of the metadata quorum: this node's part of a Raft group, by Apache Ratis. Members talk
 * on a port of their own.
 *
 * <p>Ratis logs much at INFO, and its transport warns of each attempt while a member is away: give
 * the logger {@code org.apache.ratis} the level WARN and {@code org.apache.ratis.grpc} ERROR.
 */
public final class RatisMetadata implements MetadataQuorum {
  private static final Logger LOG = LoggerFactory.getLogger(RatisMetadata.class);
  private static final long RECONNECT_MILLIS = 1_000;

  static {
    // Ratis would end the whole process when its port is taken, and takes over its handler.
    Thread.UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
    ExitUtils.disableSystemExit();
    Thread.setDefaultUncaughtExceptionHandler(handler);
  }

  private final RaftGroup group;
  private final ClientId clientId = ClientId.randomId();
  private final AtomicLong callIds = new AtomicLong();
  private final Announcer announcer = new Announcer(ClusterMetadata.empty());
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private final Proposals proposals;
  private final RaftServer server;
  private final RaftServer.Division division;
  private final RaftClientRpc rpc;
  private final ScheduledThreadPoolExecutor reconnecting = reconnectingThread();
  private volatile boolean closing;

  /** Whether there was a leader a while ago; only on the thread that reconnects. */
  private boolean hadLeader = true;

  private RatisMetadata(RatisOptions options) throws IOException {
    group = RatisSettings.group(options);
    RaftProperties properties = RatisSettings.properties(options);
    Parameters parameters = RatisSettings.parameters(options);
    proposals =
        new Proposals(
            "cairn-metadata-proposals", new Route(), options.timing().proposalLimit().toMillis());
    server =
        RaftServer.newBuilder()
            .setServerId(RatisSettings.peerId(options.self().nodeId()))
            .setGroup(group)
            .setOption(RaftStorage.StartupOption.RECOVER)
            .setStateMachine(new MetadataStateMachine(new Events()))
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

  /**
   * Starts the member. It knows what its last snapshot holds at once, and the rest when it has
   * heard of the leader.
   *
   * @throws IOException when its directory cannot be used or its port is taken, with a sentence for
   *     people
   */
  public static RatisMetadata start(RatisOptions options) throws IOException {
    Files.createDirectories(options.directory());
    try {
      RatisMetadata metadata = new RatisMetadata(options);
      try {
        metadata.server.start();
        metadata.reconnectWhileWithoutLeader();
      } catch (IOException | RuntimeException e) {
        metadata.close();
        throw e;
      }
      return metadata;
    } catch (IOException | RuntimeException e) {
      throw new IOException(notStarted(options, e), e);
    }
  }

  private static ScheduledThreadPoolExecutor reconnectingThread() {
    return new ScheduledThreadPoolExecutor(
        1,
        task -> {
          Thread thread = new Thread(task, "cairn-metadata-reconnect");
          thread.setDaemon(true);
          return thread;
        });
  }

  /**
   * Ratis asks for votes over connections that gRPC makes again after pauses of up to two minutes
   * once their member was away. So without a leader they are made anew.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // it ends with the thread
  private void reconnectWhileWithoutLeader() {
    reconnecting.scheduleWithFixedDelay(
        () -> {
          boolean hasLeader = division.getInfo().getLeaderId() != null;
          if (!hasLeader && !hadLeader) {
            for (RaftPeer peer : division.getRaftConf().getAllPeers()) {
              if (!peer.getId().equals(server.getId())) {
                server
                    .getServerRpc()
                    .handleException(peer.getId(), new IOException("there is no leader"), true);
              }
            }
          }
          hadLeader = hasLeader;
        },
        RECONNECT_MILLIS,
        RECONNECT_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  private static String notStarted(RatisOptions options, Throwable failure) {
    Throwable cause = innermost(failure);
    String where =
        isOfThePort(failure)
            ? "cannot listen on " + options.self().host() + ":" + options.self().port()
            : "cannot be started in " + options.directory();
    String why =
        cause instanceof OverlappingFileLockException ? "it is in use" : cause.getMessage();
    return "the metadata quorum " + where + ": " + (why == null ? cause.toString() : why);
  }

  /** Only then Ratis wants to end the process. */
  private static boolean isOfThePort(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ExitUtils.ExitException) {
        return true;
      }
    }
    return false;
  }

  private static Throwable innermost(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  @Override
  public CompletableFuture<ChangeResult> propose(MetadataChange change) {
    return proposals.propose(callIds.incrementAndGet(), change);
  }

  @Override
  public ClusterMetadata current() {
    return announcer.current();
  }

  @Override
  public void listen(Consumer<ClusterMetadata> listener) {
    announcer.listen(listener);
  }

  /** And it has applied whatever was agreed before it led. */
  @Override
  public boolean isController() {
    return !closing && division.getInfo().isLeaderReady();
  }

  @Override
  public int controllerOrNone() {
    RaftPeerId leader = closing ? null : division.getInfo().getLeaderId();
    return leader == null ? NodeMetadata.NONE : RatisSettings.nodeId(leader);
  }

  /** The members of the quorum as far as this node knows; empty until one that joins is added. */
  public List<Peer> members() {
    return division.getRaftConf().getCurrentPeers().stream().map(RatisMetadata::peer).toList();
  }

  private static Peer peer(RaftPeer peer) {
    String address = peer.getAddress();
    int colon = address.lastIndexOf(':');
    String host = address.substring(0, colon).replaceAll("[\\[\\]]", "");
    return new Peer(
        RatisSettings.nodeId(peer.getId()), host, Integer.parseInt(address.substring(colon + 1)));
  }

  /**
   * The operator has the quorum consist of these members, on the controller alone. Those that are
   * new have been started as such that join. One at a time: a change of the majority is refused.
   */
  public CompletableFuture<Void> changeMembers(List<Peer> members) {
    SetConfigurationRequest request =
        new SetConfigurationRequest(
            clientId,
            server.getId(),
            group.getGroupId(),
            callIds.incrementAndGet(),
            SetConfigurationRequest.Arguments.newBuilder()
                .setServersInNewConf(RatisSettings.peers(members))
                .build());
    CompletableFuture<RaftClientReply> reply;
    try {
      reply = server.setConfigurationAsync(request);
    } catch (IOException e) {
      reply = CompletableFuture.failedFuture(e);
    }
    return reply.handle(
        (answer, failure) -> {
          Throwable problem = failure != null ? failure : answer.getException();
          if (problem != null) {
            throw new IllegalStateException(
                "the members of the metadata quorum were not changed; node "
                    + controllerOrNone()
                    + " is its controller: "
                    + innermost(problem).getMessage(),
                problem);
          }
          return null;
        });
  }

  /**
   * Completes exceptionally when this member goes no further by itself: its disk failed, it does
   * not understand a change, or it was removed from the quorum; by then nothing is proposed through
   * it any more. Completes when it was closed.
   */
  public CompletableFuture<Void> stopped() {
    return stopped.copy();
  }

  @Override
  public void close() {
    closing = true;
    reconnecting.shutdownNow();
    proposals.close();
    announcer.close();
    try {
      rpc.close();
      server.close();
    } catch (IOException e) {
      LOG.warn("the metadata quorum was not closed in order", e);
    }
    stopped.complete(null);
  }

  private static @Nullable Void logged(Throwable failure) {
    LOG.warn("a connection to a member of the metadata quorum was not closed in order", failure);
    return null;
  }

  private final class Events implements MetadataStateMachine.Owner {
    @Override
    public void onMetadata(ClusterMetadata metadata) {
      announcer.announce(metadata);
    }

    @Override
    public void onLeaderChanged() {
      proposals.onLeaderChanged();
    }

    @Override
    public void onStopped(@Nullable Throwable cause) {
      if (!closing) {
        String what = "this node's part in the metadata quorum has stopped";
        stopped.completeExceptionally(
            cause == null
                ? new IllegalStateException(what + ": it was removed, or see the log")
                : new IllegalStateException(what, cause));
        proposals.close();
      }
    }
  }

  private final class Route implements Proposals.Route {
    @Override
    public @Nullable RaftPeerId leaderOrNull() {
      return division.getInfo().getLeaderId();
    }

    @Override
    public CompletableFuture<RaftClientReply> send(
        long callId, RaftPeerId leader, Message message) {
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
        CompletableFuture.runAsync(() -> rpc.handleException(leader, cause, true))
            .exceptionally(RatisMetadata::logged);
      }
    }
  }
}
