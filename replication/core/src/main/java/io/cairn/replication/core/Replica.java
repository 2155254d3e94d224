package io.cairn.replication.core;

import io.cairn.replication.core.ReplicaStatus.Role;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.replication.core.metadata.ProcessId;
import io.cairn.replication.core.metadata.ShardMetadata;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One replica of a shard as a state machine: inputs in, effects out, nothing else. The same inputs
 * give the same effects.
 *
 * <p>It is built when the process starts, reads its log again ({@link Input.Recovered}), and
 * follows or leads as the cluster agrees ({@link Input.MetadataChanged}). A shard of a single
 * replica is no other case: its metadata names one. The rules are told in docs/protocol.md and
 * docs/cluster-protocol.md.
 *
 * <p>One thread at a time calls {@link #step} and carries out the effects in their order: who steps
 * the replica. {@link #status} and {@link #pendingTail} may be read by any thread.
 *
 * <p>This class decides on the role, and only here it changes; what a role does is in {@link
 * Leadership} and {@link Following}. Checks I1 to I9, with their help.
 */
public final class Replica {

  /**
   * Questions to join and offers have other numbers than those of all replicas before it in the
   * same process: an answer to one of theirs is about another log.
   */
  private static final int NUMBER_BITS = 40;

  private final ProcessId self;
  private final int shard;
  private final ReplicaOptions options;
  private final ReplicaStatus status = new ReplicaStatus();
  private final LogState log;
  private final ReplicaContext context;
  private final CutOffWrites cutOff;
  private final LeasePromises promises = new LeasePromises();
  private final Recovery recovery;

  // One of these two, according to the role; none before recovery and after the end
  private @Nullable Leadership leadership;
  private @Nullable Following following;

  private LogSpace logSpace = LogSpace.AVAILABLE;
  private long metadataVersion;
  private long lastLedEpoch;
  private long joinNumber;

  /**
   * @param self the process that it is part of
   * @param shard its number
   */
  public Replica(ProcessId self, int shard, ReplicaOptions options, Start start) {
    this.self = self;
    this.shard = shard;
    this.options = options;
    log = new LogState(options, start, status);
    joinNumber = (long) start.reopened() << NUMBER_BITS;
    cutOff = new CutOffWrites(options, joinNumber);
    context = new ReplicaContext(self, shard, options, status, log, cutOff, promises);
    recovery = new Recovery(start);
    status.epoch(start.lastEpoch());
  }

  public ReplicaStatus status() {
    return status;
  }

  public PendingTail pendingTail() {
    return log.pendingTail;
  }

  /**
   * Whether somebody waits for the records that are handed over to the store. While nobody does
   * they may gather, for less than half of {@link ReplicaOptions#maxUnappliedBytes}: beyond it
   * STRONG writes wait for the store.
   */
  public boolean waitsForStore() {
    return leadership != null && leadership.waitsForStore();
  }

  /**
   * Where to begin reading the log for {@link Input.Recovered}: at the record that holds this
   * offset. Nothing is to be read when it is the log end.
   */
  public long recoverFromOffset() {
    return recovery.fromOffset(options.retryWindowOperations());
  }

  /**
   * Takes one input and gives the effects that follow from it, in the order in which they are to be
   * carried out: what sets others to work first, then the answers to what has waited. A proposal
   * that is answered at once is answered before what is accepted is appended.
   *
   * @throws Invariant.Violation when an invariant does not hold; the replica must not be used again
   */
  public void step(Input input, Consumer<Effect> effects) {
    if (status.role().isOver()) {
      onInputWhenOver(input, effects);
    } else if (input instanceof Input.Propose propose) {
      onPropose(propose, effects);
    } else if (input instanceof Input.Read read) {
      onRead(read.barriers(), effects);
    } else if (input instanceof Input.LogDurable durable) {
      onLogDurable(durable, effects);
    } else if (input instanceof Input.Applied applied) {
      onApplied(applied.appliedOffset(), effects);
    } else if (input instanceof Input.Received received) {
      onReceived(received.from(), received.message(), effects);
    } else if (input instanceof Input.Tick tick) {
      onTick(tick.nowNanos(), effects);
    } else if (input instanceof Input.Flushed flushed) {
      log.onFlushed(flushed.flushedOffset());
      maybeTrim(effects);
    } else if (input instanceof Input.Recovered recovered) {
      onRecovered(recovered.record(), effects);
    } else if (input instanceof Input.MetadataChanged changed) {
      onMetadata(changed.metadata(), changed.nowMillis(), effects);
    } else if (input instanceof Input.LogRead read) {
      if (leadership != null) {
        leadership.onLogRead(read, effects);
      }
    } else if (input instanceof Input.PeerConnected connected) {
      if (following != null) {
        following.onConnected(connected.peer(), effects);
      }
    } else if (input instanceof Input.PeerDisconnected disconnected) {
      if (leadership != null) {
        leadership.onConnectionLost(disconnected.peer(), effects);
      }
    } else if (input instanceof Input.LogSpaceChanged changed) {
      logSpace = changed.space();
    } else if (input instanceof Input.Drain) {
      status.draining(true);
    } else if (input instanceof Input.DiskFailed failed) {
      onDiskFailed(failed.reason(), effects);
    } else {
      throw new IllegalArgumentException("no rule for " + input);
    }
  }

  /** A read or write that was on its way gets an answer; nothing else has any effect. */
  private static void onInputWhenOver(Input input, Consumer<Effect> effects) {
    if (input instanceof Input.Propose propose) {
      refuse(propose, WriteResult.Refusal.NOT_SERVING, effects);
    } else if (input instanceof Input.Read read) {
      refuse(read.barriers(), WriteResult.Refusal.NOT_SERVING, effects);
    }
  }

  private static void refuse(
      List<ReadBarrier> barriers, WriteResult.Refusal refusal, Consumer<Effect> effects) {
    barriers.forEach(barrier -> effects.accept(new Effect.FailRead(barrier, refusal)));
  }

  private static void refuse(
      Input.Propose propose, WriteResult.Refusal refusal, Consumer<Effect> effects) {
    for (Proposal proposal : propose.proposals()) {
      effects.accept(new Effect.CompleteWrite(proposal, new WriteResult.Refused(refusal)));
    }
  }

  // Recovery

  private void onRecovered(LogRecord record, Consumer<Effect> effects) {
    Invariant.check(status.role() == Role.RECOVERING, "a record recovered after recovery ended");
    if (!recovery.begun()) {
      log.recoverFrom(record.baseOffset());
    }
    recovery.take(record);
    log.recovered(record, recovery.isNewToStore(record), recovery.isCommitted(record), effects);
  }

  // Roles

  private void onMetadata(ClusterMetadata metadata, long nowMillis, Consumer<Effect> effects) {
    ShardMetadata agreed = metadata.shards().get(shard);
    NodeMetadata node = metadata.nodes().get(self.nodeId());
    if (agreed == null
        || node == null
        || !node.process().equals(self)
        || metadata.version() < metadataVersion) {
      return; // old, or another process has taken this one's place
    }
    metadataVersion = metadata.version();
    if (status.role() == Role.RECOVERING) {
      recovery.checkWhole();
      becomeFollower(status.epoch(), effects);
    }
    if (agreed.epoch() > status.epoch()) {
      becomeFollower(agreed.epoch(), effects);
    }
    if (agreed.epoch() < status.epoch()) {
      return; // a newer epoch has been heard of already
    }
    status.leader(agreed.leader());
    status.holdsShard(agreed.replicas().contains(self.nodeId()));
    status.isr(agreed.isr().stream().map(member -> member.nodeId()).toList());
    if (leadership != null) {
      if (agreed.leader() == self.nodeId()) {
        leadership.onMetadata(metadata, agreed, effects);
      } else {
        becomeFollower(agreed.epoch(), effects);
      }
    } else if (agreed.leader() == self.nodeId() && agreed.epoch() > lastLedEpoch) {
      lead(metadata, agreed, nowMillis, effects);
    }
    if (following != null) {
      following.onLeader(leaderOrNull(metadata, agreed), agreed.forcedEpoch(), effects);
    }
  }

  private @Nullable ProcessId leaderOrNull(ClusterMetadata metadata, ShardMetadata agreed) {
    if (!agreed.hasLeader() || !agreed.involves(self.nodeId())) {
      return null;
    }
    NodeMetadata leader = metadata.nodes().get(agreed.leader());
    return leader == null || agreed.leader() == self.nodeId() ? null : leader.process();
  }

  private void lead(
      ClusterMetadata metadata, ShardMetadata agreed, long nowMillis, Consumer<Effect> effects) {
    Invariant.check(
        agreed.epoch() > log.lastEpoch(),
        "I3: a new leader's epoch is newer than every one before; epoch, last epoch",
        agreed.epoch(),
        log.lastEpoch());
    Invariant.check(
        agreed.isr().contains(self.member()), "a leader is in its ISR", self, agreed.isr());
    joinNumber = following == null ? joinNumber : following.joinNumber();
    following = null;
    lastLedEpoch = agreed.epoch();
    leadership = new Leadership(context, metadata, agreed);
    leadership.open(nowMillis, effects);
  }

  /** The only way out of a leadership, but for the end. */
  private void becomeFollower(long epoch, Consumer<Effect> effects) {
    if (leadership != null) {
      leadership.end(
          WriteResult.UnknownReason.LEADERSHIP_LOST, WriteResult.Refusal.NOT_LEADER, effects);
      leadership = null;
    }
    joinNumber = following == null ? joinNumber : following.joinNumber();
    status.epoch(epoch);
    status.leader(NodeMetadata.NONE);
    if (status.role() != Role.FOLLOWER) {
      status.role(Role.FOLLOWER);
    }
    following = new Following(context, joinNumber);
  }

  // What others say

  private void onReceived(ProcessId from, PeerMessage message, Consumer<Effect> effects) {
    if (status.role() == Role.RECOVERING) {
      return; // what it takes part in begins with the metadata
    }
    if (message.epoch() < status.epoch()) {
      if (!(message instanceof PeerMessage.StaleEpoch)) {
        effects.accept(new Effect.Send(from, new PeerMessage.StaleEpoch(status.epoch())));
      }
      return;
    }
    if (message.epoch() > status.epoch()) {
      becomeFollower(message.epoch(), effects);
    }
    if (message instanceof PeerMessage.Append append) {
      Invariant.check(leadership == null, "I3: an epoch has one leader; another is", from, self);
      if (following != null) {
        following.onAppend(from, append, effects);
      }
    } else if (message instanceof PeerMessage.JoinAnswer answer) {
      if (following != null) {
        following.onJoinAnswer(from, answer, effects);
      }
    } else if (message instanceof PeerMessage.Join join) {
      if (leadership != null) {
        leadership.onJoin(from, join, effects);
      }
    } else if (message instanceof PeerMessage.Ack ack) {
      if (leadership != null) {
        leadership.onAck(from, ack, effects);
      }
    } else if (message instanceof PeerMessage.Offer offer) {
      if (leadership != null) {
        leadership.onOffer(from, offer, effects);
      }
    } else if (message instanceof PeerMessage.OfferAnswer answer) {
      if (following != null) {
        following.onOfferAnswer(from, answer, effects);
      }
    }
  }

  private void onTick(long nowNanos, Consumer<Effect> effects) {
    promises.onTick(nowNanos);
    if (leadership != null) {
      leadership.onTick(nowNanos, logSpace, effects);
    } else if (following != null) {
      following.onTick(effects);
    }
    maybeTrim(effects);
  }

  // Writes and reads

  private void onPropose(Input.Propose propose, Consumer<Effect> effects) {
    if (leadership != null) {
      leadership.onPropose(propose, logSpace, effects);
    } else {
      refuse(propose, refusal(), effects);
    }
  }

  private void onRead(List<ReadBarrier> barriers, Consumer<Effect> effects) {
    if (leadership != null) {
      leadership.onRead(barriers, effects);
    } else {
      refuse(barriers, refusal(), effects);
    }
  }

  private WriteResult.Refusal refusal() {
    return status.role() == Role.RECOVERING
        ? WriteResult.Refusal.NOT_SERVING
        : WriteResult.Refusal.NOT_LEADER;
  }

  // What log and store report

  private void onLogDurable(Input.LogDurable durable, Consumer<Effect> effects) {
    if (log.onDurable(durable)) {
      if (leadership != null) {
        leadership.onLogDurable(effects);
      } else if (following != null) {
        following.onLogDurable(effects);
      }
    }
  }

  private void onApplied(long appliedOffset, Consumer<Effect> effects) {
    if (log.onApplied(appliedOffset) && leadership != null) {
      leadership.onApplied(effects);
    }
  }

  private void maybeTrim(Consumer<Effect> effects) {
    log.maybeTrim(leadership == null ? Long.MAX_VALUE : leadership.neededOffset(), effects);
  }

  // The end

  private void onDiskFailed(String reason, Consumer<Effect> effects) {
    if (leadership != null) {
      leadership.end(WriteResult.UnknownReason.STOPPED, WriteResult.Refusal.NOT_SERVING, effects);
      leadership = null;
    }
    following = null;
    status.role(Role.HALTED);
    effects.accept(new Effect.Halt(reason));
  }
}
