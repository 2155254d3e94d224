package io.cairn.replication.metadata;

import io.cairn.replication.core.metadata.ChangeResult;
import io.cairn.replication.core.metadata.MetadataChange;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.RaftException;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Proposals of this member on their way: each is sent to whoever leads as far as this member knows,
 * and again when the leader changes or an attempt fails, until an answer comes or its time is over.
 *
 * <p>All attempts of a proposal have one call id. A leader that has applied the call answers it
 * again instead of applying it again, also when another one had led then, because every member
 * remembers the calls of the log that it applies, for longer than a proposal lasts. Only a leader
 * that knows the call from a snapshot alone applies it twice. The rules bear that: what compares
 * with what its proposer had seen is refused the second time (AlterIsr by the version, Transfer and
 * ForceLeader by the epoch), most others find it done already, and a Ready or Failed that has been
 * overtaken is a guess that the next one corrects. What is left is an operator's change (CancelAdd,
 * RemoveReplica, SetMinInsyncReplicas, SetReadLease) that comes again after another operator has
 * done the opposite within the same seconds. So a refusal may speak of the proposer's own change.
 */
final class Proposals {

  /** The way to the quorum. */
  interface Route {
    @Nullable RaftPeerId leaderOrNull();

    CompletableFuture<RaftClientReply> send(long callId, RaftPeerId leader, Message message);
  }

  private static final long AGAIN_MILLIS = 20;

  /** To one that could not be reached: another leader is heard of by itself. */
  private static final long UNREACHED_AGAIN_MILLIS = 100;

  private final Route route;
  private final long limitMillis;
  private final Pending pending = new Pending();
  private final Set<Proposal> proposals = ConcurrentHashMap.newKeySet();

  /** Makes the attempts; what belongs to a proposal is touched by it alone. */
  private final ScheduledThreadPoolExecutor thread;

  Proposals(String name, Route route, long limitMillis) {
    this.route = route;
    this.limitMillis = limitMillis;
    thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = Executors.defaultThreadFactory().newThread(task);
              made.setName(name);
              made.setDaemon(true);
              return made;
            });
    thread.setRemoveOnCancelPolicy(true);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // its callback handles both endings
  CompletableFuture<ChangeResult> propose(long callId, MetadataChange change) {
    CompletableFuture<ChangeResult> result = pending.begin();
    if (!result.isDone()) {
      Proposal proposal = new Proposal(callId, change, result);
      proposals.add(proposal);
      result.whenComplete((done, failure) -> proposals.remove(proposal));
      later(proposal::giveUp, limitMillis);
      later(proposal::attempt, 0);
    }
    return result;
  }

  void onLeaderChanged() {
    proposals.forEach(proposal -> later(proposal::attempt, 0));
  }

  void close() {
    thread.shutdownNow();
    pending.close();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the tasks report to their proposals
  private void later(Runnable task, long millis) {
    try {
      thread.schedule(task, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      pending.close();
    }
  }

  private final class Proposal {
    private final long callId;
    private final Message message;
    private final CompletableFuture<ChangeResult> result;

    /** Whose answer is waited for. */
    private @Nullable RaftPeerId asked;

    private @Nullable Throwable lastFailure;

    Proposal(long callId, MetadataChange change, CompletableFuture<ChangeResult> result) {
      this.callId = callId;
      message = Message.valueOf(ByteString.copyFrom(MetadataCodec.encode(change)));
      this.result = result;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // its callback handles both endings
    void attempt() {
      if (result.isDone()) {
        return;
      }
      RaftPeerId leader = route.leaderOrNull();
      if (leader == null) {
        later(this::attempt, AGAIN_MILLIS);
      } else if (!leader.equals(asked)) {
        asked = leader;
        route
            .send(callId, leader, message)
            .whenComplete((reply, failure) -> later(() -> onAnswer(leader, reply, failure), 0));
      }
    }

    private void onAnswer(
        RaftPeerId leader, @Nullable RaftClientReply reply, @Nullable Throwable failure) {
      if (reply != null && reply.isSuccess()) {
        result.complete(MetadataCodec.decodeResult(reply.getMessage().getContent().toByteArray()));
        return;
      }
      lastFailure = reply == null ? cause(failure) : reply.getException();
      if (lastFailure instanceof StateMachineException refused) {
        // The leader does not understand the change: it is older than this node.
        result.completeExceptionally(refused.getCause() == null ? refused : refused.getCause());
      } else if (leader.equals(asked)) {
        asked = null;
        boolean answered = lastFailure instanceof RaftException;
        later(this::attempt, answered ? AGAIN_MILLIS : UNREACHED_AGAIN_MILLIS);
      }
    }

    private static @Nullable Throwable cause(@Nullable Throwable failure) {
      return failure instanceof CompletionException ? failure.getCause() : failure;
    }

    void giveUp() {
      if (!result.isDone()) {
        Pending.fail(
            result,
            "the metadata quorum did not answer within "
                + limitMillis
                + " ms; the change may have been applied. Are a majority of its members running?",
            lastFailure);
      }
    }
  }
}
