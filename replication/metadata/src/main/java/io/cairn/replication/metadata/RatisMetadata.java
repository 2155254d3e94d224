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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeerId;
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
  private static final long RESTART_MILLIS = 1_000;

  static {
    // Ratis would end the whole process when its port is taken, and takes over its handler.
    Thread.UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
    ExitUtils.disableSystemExit();
    Thread.setDefaultUncaughtExceptionHandler(handler);
  }

  private final RatisOptions options;
  private final Predicate<@Nullable Throwable> stoppedByFullDisk;
  private final ClientId clientId = ClientId.randomId();
  private final AtomicLong callIds = new AtomicLong();
  private final Announcer announcer = new Announcer(ClusterMetadata.empty());
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private final Proposals proposals;
  private final ScheduledThreadPoolExecutor timer = timerThread();

  /** Null before it has begun, and while a full disk keeps it from running. */
  private volatile @Nullable RatisMember member;

  private volatile Runnable voteLostListener = () -> {};
  private volatile @Nullable Runnable removedListener;
  private volatile boolean closing;
  private boolean joining; // guarded by this
  private @Nullable Events events; // of the member; guarded by this

  private RatisMetadata(RatisOptions options, Predicate<@Nullable Throwable> stoppedByFullDisk) {
    this.options = options;
    this.stoppedByFullDisk = stoppedByFullDisk;
    proposals =
        new Proposals(
            "cairn-metadata-proposals", new Route(), options.timing().proposalLimit().toMillis());
  }

  /**
   * A member that takes no part before {@link #begin} or {@link #join}: until then it knows
   * nothing, and proposals wait.
   */
  public static RatisMetadata waiting(RatisOptions options) {
    long needed = 2L * options.storage().segmentBytes();
    return waiting(options, cause -> FullDisk.stopped(cause, options.directory(), needed));
  }

  /**
   * @param stoppedByFullDisk whether what stopped the member passes
   */
  static RatisMetadata waiting(
      RatisOptions options, Predicate<@Nullable Throwable> stoppedByFullDisk) {
    return new RatisMetadata(options, stoppedByFullDisk);
  }

  /** Like {@link #waiting}, then {@link #begin}. */
  public static RatisMetadata start(RatisOptions options) throws IOException {
    RatisMetadata metadata = waiting(options);
    try {
      metadata.begin();
    } catch (IOException | RuntimeException e) {
      metadata.close();
      throw e;
    }
    return metadata;
  }

  /**
   * Starts the member. It knows what its last snapshot holds at once, and the rest when it has
   * heard of the leader.
   *
   * @throws IOException when its directory cannot be used or its port is taken, with a sentence for
   *     people
   */
  public void begin() throws IOException {
    run(false);
  }

  /**
   * Starts the member as one that is no founder, whatever its options say: it waits until the
   * controller adds it.
   *
   * @throws IOException like {@link #begin}
   */
  public void join() throws IOException {
    run(true);
  }

  /**
   * What is called, instead of starting, when the disk holds this member's part of the quorum but
   * not its term and vote any more: Ratis empties their file when the disk is full. Such a member
   * must not vote; it is removed from the quorum, {@link #discard}s what it has, and joins anew. It
   * is called when there is room again.
   */
  public void whenVoteIsLost(Runnable listener) {
    voteLostListener = listener;
  }

  /**
   * What is called, instead of stopping, when the controller tells this member that it is none any
   * more, or the library has ended it without a reason: whether it may {@link #discard} what it
   * has, and join anew, is to be found out.
   */
  public void whenRemoved(Runnable listener) {
    removedListener = listener;
  }

  /**
   * Whether a failure to write what belongs to the quorum says only that the disk is full, which
   * passes.
   *
   * @param failure null when it is not known
   */
  public boolean isFullDisk(@Nullable Throwable failure) {
    return stoppedByFullDisk.test(failure);
  }

  /**
   * Deletes what is on the disk of the quorum, of one that is certainly no member of it any more.
   * When it runs it ends first; it can {@link #join} then.
   */
  public synchronized void discard() throws IOException {
    RatisMember running = member;
    Events heard = events;
    if (running != null && heard != null) {
      heard.ended.set(true);
      member = null;
      running.close();
    }
    Promises.discard(options);
  }

  private synchronized void run(boolean asOneThatJoins) throws IOException {
    if (closing) {
      return;
    }
    joining = asOneThatJoins;
    Files.createDirectories(options.directory());
    if (Promises.areLost(options)) {
      if (isFullDisk(null)) {
        later(this::runAgain);
      } else {
        voteLostListener.run();
      }
      return;
    }
    try {
      Events heard = new Events();
      RatisMember started =
          new RatisMember(joining ? options.joining() : options, clientId, callIds, heard);
      try {
        started.start(timer);
      } catch (IOException | RuntimeException e) {
        heard.ended.set(true);
        started.close();
        throw e;
      }
      member = started;
      events = heard;
    } catch (IOException | RuntimeException e) {
      throw new IOException(notStarted(e), e);
    }
  }

  private static ScheduledThreadPoolExecutor timerThread() {
    return new ScheduledThreadPoolExecutor(
        1,
        task -> {
          Thread thread = new Thread(task, "cairn-metadata-timer");
          thread.setDaemon(true);
          return thread;
        });
  }

  private String notStarted(Throwable failure) {
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
    RatisMember running = member;
    return running != null && running.isReadyLeader();
  }

  @Override
  public int controllerOrNone() {
    RaftPeerId leader = leaderOrNull();
    return leader == null ? NodeMetadata.NONE : RatisSettings.nodeId(leader);
  }

  private @Nullable RaftPeerId leaderOrNull() {
    RatisMember running = member;
    return running == null ? null : running.leaderOrNull();
  }

  @Override
  public void campaign() {
    RatisMember running = member;
    if (running != null) {
      running.campaign();
    }
  }

  /**
   * The members of the quorum as far as this node knows; empty before it runs, and until one that
   * joins is added.
   */
  public List<Peer> members() {
    RatisMember running = member;
    return running == null ? List.of() : running.members();
  }

  /**
   * The operator has the quorum consist of these members, on the controller alone. Those that are
   * new have been started as such that join. One at a time: a change of the majority is refused.
   */
  public CompletableFuture<Void> changeMembers(List<Peer> members) {
    RatisMember running = member;
    CompletableFuture<RaftClientReply> reply =
        running == null
            ? CompletableFuture.failedFuture(new IllegalStateException("this member does not run"))
            : running.changeMembers(members);
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
   * it any more. Completes when it was closed. A disk that is full is no such end: the member looks
   * every second whether there is room, and then runs again.
   */
  public CompletableFuture<Void> stopped() {
    return stopped.copy();
  }

  @Override
  public void close() {
    closing = true;
    timer.shutdownNow();
    proposals.close();
    announcer.close();
    synchronized (this) {
      RatisMember running = member;
      if (running != null) {
        running.close();
      }
    }
    stopped.complete(null);
  }

  /** A member stopped. Called by threads of Ratis, also by those that closing it waits for. */
  private void onStopped(@Nullable Throwable cause) {
    if (closing) {
      return;
    }
    if (isFullDisk(cause)) {
      if (member != null) {
        LOG.warn(
            "the disk of {} is full: this node takes no part in the metadata quorum until there is"
                + " room",
            options.directory(),
            cause);
      }
      later(this::runAgain);
      return;
    }
    Runnable listener = removedListener;
    if (cause == null && listener != null) {
      listener.run();
      return;
    }
    String what = "this node's part in the metadata quorum has stopped";
    stopped.completeExceptionally(
        cause == null
            ? new IllegalStateException(what + ": it was removed, or see the log")
            : new IllegalStateException(what, cause));
    proposals.close();
  }

  private synchronized void runAgain() {
    RatisMember ended = member;
    member = null;
    if (ended != null) {
      ended.close();
    }
    if (isFullDisk(null)) { // each start of Ratis that fails would leave a thread behind
      later(this::runAgain);
      return;
    }
    try {
      run(joining);
      if (member != null) {
        LOG.info("this node takes part in the metadata quorum again");
      }
    } catch (IOException e) {
      onStopped(e);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the tasks handle their failures
  private void later(Runnable task) {
    try {
      timer.schedule(task, RESTART_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("it is being closed");
    }
  }

  /** Of one run, which ends once. */
  private final class Events implements MetadataStateMachine.Owner {
    private final AtomicBoolean ended = new AtomicBoolean();

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
      if (ended.compareAndSet(false, true)) {
        RatisMetadata.this.onStopped(cause);
      }
    }
  }

  private final class Route implements Proposals.Route {
    @Override
    public @Nullable RaftPeerId leaderOrNull() {
      return RatisMetadata.this.leaderOrNull();
    }

    @Override
    public CompletableFuture<RaftClientReply> send(
        long callId, RaftPeerId leader, Message message) {
      RatisMember running = member;
      return running == null
          ? CompletableFuture.failedFuture(new IOException("this member does not run"))
          : running.send(callId, leader, message);
    }
  }
}
