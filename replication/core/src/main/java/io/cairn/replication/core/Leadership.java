package io.cairn.replication.core;

import io.cairn.replication.core.ReplicaStatus.Role;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.IsrMember;
import io.cairn.replication.core.metadata.ProcessId;
import io.cairn.replication.core.metadata.ShardMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A replica's time as the leader of one epoch: orders writes, ships the log to the others, counts
 * what they have, and decides who is in sync. Checks I3, I5, I6 and I8.
 */
final class Leadership {
  private final ReplicaContext context;
  private final ReplicaOptions options;
  private final ReplicaStatus status;
  private final LogState log;
  private final InSyncReplicas isr;
  private final WantedInSync wanted;
  private final LeaderWrites writes;
  private final Waiting waiting;
  private final Offers offers;
  private final long epochStartOffset;

  /** By node, in the order of their ids. */
  private final Map<Integer, FollowerProgress> followers = new TreeMap<>();

  private final LeaderLease lease;

  private ClusterMetadata metadata;

  /** Whether what was promised to other leaders is over. */
  private boolean mayConfirm;

  /** Newest round of questions whether this replica still leads; in every message. */
  private long round;

  Leadership(ReplicaContext context, ClusterMetadata metadata, ShardMetadata agreed) {
    this.context = context;
    this.options = context.options();
    this.status = context.status();
    this.log = context.log();
    this.metadata = metadata;
    isr = new InSyncReplicas(context, agreed);
    lease = new LeaderLease(status);
    waiting = new Waiting(status, this::hasEnoughInSync);
    offers = new Offers(context);
    writes =
        new LeaderWrites(context, waiting, this::hasEnoughInSync, offers::onAccepted, this::ship);
    epochStartOffset = status.logEndOffset();
    wanted = new WantedInSync(context, isr, followers.values(), this::progress, epochStartOffset);
    for (IsrMember member : agreed.isr()) {
      if (member.nodeId() != context.self().nodeId()) {
        progress(member.nodeId());
      }
    }
  }

  /** The first record of the epoch; what is committed of the epochs before lies below it. */
  void open(long nowMillis, Consumer<Effect> effects) {
    status.role(Role.OPENING_EPOCH);
    writes.openEpoch(nowMillis, effects);
    mayConfirm = context.promises().areOver(metadata.readLease().waitNanos());
    onIsrChange();
    maybePropose(effects);
  }

  private FollowerProgress progress(int nodeId) {
    return followers.computeIfAbsent(
        nodeId,
        id -> new FollowerProgress(id, options.replication(), status.logEndOffset(), round));
  }

  private boolean hasEnoughInSync() {
    ShardMetadata shard = isr.agreed();
    return shard.isr().size() >= metadata.minInsyncReplicas(shard.replicas().size());
  }

  // What the cluster agrees on

  /** Of this epoch. */
  void onMetadata(ClusterMetadata newer, ShardMetadata shard, Consumer<Effect> effects) {
    Invariant.check(
        shard.leader() == context.self().nodeId(),
        "I3: an epoch has one leader; agreed leader, this node",
        shard.leader(),
        context.self().nodeId());
    metadata = newer;
    isr.onMetadata(shard);
    followers.keySet().removeIf(nodeId -> !shard.involves(nodeId));
    onIsrChange();
    maybePropose(effects);
    advance(effects);
  }

  private void onIsrChange() {
    status.isr(isr.agreed().isr().stream().map(IsrMember::nodeId).toList());
    status.lacksInSync(!hasEnoughInSync());
    onMaximal();
  }

  private void maybePropose(Consumer<Effect> effects) {
    isr.maybePropose(wanted.judge(metadata, mayConfirm), this::onMaximal, effects);
  }

  /** Tells readers what they may do without asking. */
  private void onMaximal() {
    status.leadsAlone(status.role() == Role.LEADER && isr.maximal().size() == 1);
    maybeExtendLease();
  }

  /** Or shorten it: of those who must have answered there may be more than before. */
  private void maybeExtendLease() {
    if (status.role() == Role.LEADER && lease.hasRounds()) {
      lease.publish(confirmedRound(), metadata.readLease().nanos());
    }
  }

  // Commit

  /** Raises the high watermark as far as the maximal ISR allows, and lets go what waited for it. */
  private void advance(Consumer<Effect> effects) {
    if (!mayConfirm) {
      return;
    }
    long highWatermark = status.durableEndOffset();
    for (IsrMember member : isr.maximal()) {
      if (member.nodeId() != context.self().nodeId()) {
        FollowerProgress follower = followers.get(member.nodeId());
        long acked = follower == null ? 0 : follower.ackedOffset(member);
        highWatermark = Math.min(highWatermark, acked);
      }
    }
    if (highWatermark > status.highWatermark()) {
      log.raiseHighWatermark(highWatermark, effects);
      waiting.completeCommittedReads(highWatermark, effects);
      waiting.completeStrongWrites(writes.confirmableEndOffset(), effects);
    }
    confirmReads(effects);
    offers.maybeAnswer(effects);
  }

  void onLogDurable(Consumer<Effect> effects) {
    writes.maybeAppend(effects);
    advance(effects);
    completeEventualWrites(effects);
  }

  private void completeEventualWrites(Consumer<Effect> effects) {
    if (mayConfirm) {
      waiting.completeEventualWrites(status.durableEndOffset(), effects);
    }
  }

  /** Whether somebody waits for what is committed to be in the store. */
  boolean waitsForStore() {
    return status.role() == Role.OPENING_EPOCH || waiting.hasAppliedReads();
  }

  void onApplied(Consumer<Effect> effects) {
    if (status.role() == Role.OPENING_EPOCH && status.appliedOffset() > epochStartOffset) {
      status.role(Role.LEADER);
      onIsrChange();
    }
    waiting.completeStrongWrites(writes.confirmableEndOffset(), effects);
    waiting.completeAppliedReads(status.appliedOffset(), effects);
  }

  /** What followers that are being served may still have to read from the log. */
  long neededOffset() {
    long needed = Long.MAX_VALUE;
    for (FollowerProgress follower : followers.values()) {
      if (follower.isJoined()) {
        needed = Math.min(needed, follower.neededOffset());
      }
    }
    return needed;
  }

  // Writes and reads

  void onPropose(Input.Propose propose, LogSpace space, Consumer<Effect> effects) {
    writes.onPropose(propose, space, effects);
  }

  /** All of them share a round: it begins after the last of them has come. */
  void onRead(List<ReadBarrier> barriers, Consumer<Effect> effects) {
    barriers.forEach(barrier -> onRead(barrier, effects));
    if (waiting.hasUnconfirmedReads() && confirmedRound() >= round) {
      beginRound(effects);
    }
  }

  private void onRead(ReadBarrier barrier, Consumer<Effect> effects) {
    boolean applied = barrier.kind() == ReadBarrier.Kind.APPLIED;
    if (!applied && barrier.epoch() != status.epoch()) {
      effects.accept(new Effect.FailRead(barrier, WriteResult.Refusal.NOT_LEADER));
      return;
    }
    long offset = applied ? status.logEndOffset() - 1 : barrier.offset();
    Invariant.check(
        offset < status.logEndOffset(),
        "a read saw what is not in the log; offset, log end",
        offset,
        status.logEndOffset());
    boolean alone = isr.maximal().size() == 1;
    if (alone && offset < (applied ? status.appliedOffset() : status.highWatermark())) {
      effects.accept(new Effect.CompleteRead(barrier));
    } else if (waiting.reads() >= options.maxWaitingReads()) {
      effects.accept(new Effect.FailRead(barrier, WriteResult.Refusal.OVERLOADED));
    } else if (alone && !waiting.hasUnconfirmedReads()) {
      waiting.completeOrAddRead(offset, barrier, effects);
    } else {
      waiting.addUnconfirmedRead(round + 1, offset, barrier);
    }
  }

  /** The newest round in which every replica that could lead has said that it does not. */
  private long confirmedRound() {
    long confirmed = round;
    for (IsrMember member : isr.maximal()) {
      if (member.nodeId() != context.self().nodeId()) {
        FollowerProgress follower = followers.get(member.nodeId());
        confirmed = Math.min(confirmed, follower == null ? 0 : follower.ackedRound(member));
      }
    }
    return confirmed;
  }

  /** Reads that come while a round is under way share the next one. */
  private void confirmReads(Consumer<Effect> effects) {
    if (waiting.hasUnconfirmedReads()) {
      long confirmed = confirmedRound();
      waiting.confirmReads(confirmed, effects);
      if (confirmed >= round && waiting.hasUnconfirmedReads()) {
        beginRound(effects);
        waiting.confirmReads(confirmedRound(), effects);
      }
    }
  }

  private void beginRound(Consumer<Effect> effects) {
    round++;
    for (FollowerProgress follower : followers.values()) {
      if (follower.isJoined() && follower.sends(round)) {
        sendAppend(follower, List.of(), effects);
      }
    }
  }

  // Followers

  void onJoin(ProcessId from, PeerMessage.Join join, Consumer<Effect> effects) {
    if (!isr.agreed().involves(from.nodeId())) {
      return; // it does not know yet, or this replica does not
    }
    EpochHistory.CommonEnd common =
        EpochHistory.commonEnd(
            log.epochHistory(), status.logEndOffset(), join.history(), join.logEndOffset());
    FollowerProgress follower = progress(from.nodeId());
    if (common.offset() < log.logStartOffset()) {
      follower.onSnapshotNeeded();
      send(from, new PeerMessage.JoinAnswer(status.epoch(), join.number(), 0, true), effects);
      return;
    }
    send(
        from,
        new PeerMessage.JoinAnswer(status.epoch(), join.number(), common.offset(), false),
        effects);
    follower.onJoin(from, common.offset());
    context.promises().release(from);
    maybeConfirm(effects);
    follower.sends(round);
    sendAppend(follower, List.of(), effects);
    maybeRead(follower, effects);
  }

  void onAck(ProcessId from, PeerMessage.Ack ack, Consumer<Effect> effects) {
    FollowerProgress follower = followers.get(from.nodeId());
    if (follower == null || !follower.isJoined() || !follower.isProcess(from)) {
      return; // of a process that is gone, or from before it joined again
    }
    Invariant.check(
        ack.durableEndOffset() <= status.logEndOffset(),
        "I6: a follower has more than its leader; its durable end, log end",
        ack.durableEndOffset(),
        status.logEndOffset());
    follower.onAck(ack);
    maybeExtendLease();
    maybeRead(follower, effects);
    advance(effects);
  }

  void onConnectionLost(ProcessId peer, Consumer<Effect> effects) {
    FollowerProgress follower = followers.get(peer.nodeId());
    if (follower != null && (!follower.isJoined() || follower.isProcess(peer))) {
      follower.onConnectionLost();
      maybePropose(effects);
      advance(effects);
    }
  }

  /** A record of this epoch is in the log: the others get it while it is being forced here. */
  private void ship(LogRecord record, Consumer<Effect> effects) {
    for (FollowerProgress follower : followers.values()) {
      if (follower.takes(record)) {
        follower.sent(record);
        sendAppend(follower, List.of(record), effects);
      }
    }
  }

  private void maybeRead(FollowerProgress follower, Consumer<Effect> effects) {
    if (follower.needsRead(status.logEndOffset())) {
      effects.accept(
          new Effect.ReadLog(
              follower.process(), follower.readFromOffset(), options.replication().readBytes()));
    }
  }

  /** Of another replica, or of this one from when it followed. */
  void onOffer(ProcessId from, PeerMessage.Offer offer, Consumer<Effect> effects) {
    if (status.role() == Role.LEADER) {
      offers.maybeTake(from, offer, writes.gathered(), effects);
    }
  }

  void onLogRead(Input.LogRead read, Consumer<Effect> effects) {
    if (read.to().equals(context.self())) {
      if (isOfThisLog(read.records())) {
        offers.onLogRead(read, effects);
      }
      return;
    }
    FollowerProgress follower = followers.get(read.to().nodeId());
    if (follower == null || !follower.tookRead(read.to(), read.fromOffset())) {
      return;
    }
    boolean fits = follower.goesOnAt(read.fromOffset());
    if (fits && read.records().isEmpty()) {
      follower.onSnapshotNeeded();
      return;
    }
    if (fits && isOfThisLog(read.records())) {
      read.records().forEach(follower::sent);
      sendAppend(follower, read.records(), effects);
    }
    maybeRead(follower, effects);
  }

  /** What was read before the log was cut there is of an older epoch than the log says. */
  private boolean isOfThisLog(List<LogRecord> records) {
    for (LogRecord record : records) {
      if (record.endOffset() > status.logEndOffset()
          || record.epoch() != log.epochAt(record.baseOffset())) {
        return false;
      }
    }
    return true;
  }

  private void sendAppend(
      FollowerProgress follower, List<LogRecord> records, Consumer<Effect> effects) {
    follower.sends(round);
    send(
        follower.process(),
        new PeerMessage.Append(status.epoch(), records, status.highWatermark(), round),
        effects);
  }

  private static void send(ProcessId to, PeerMessage message, Consumer<Effect> effects) {
    effects.accept(new Effect.Send(to, message));
  }

  // Time

  /** Once what was promised to leaders before is over, it stays so in this epoch. */
  private void maybeConfirm(Consumer<Effect> effects) {
    if (!mayConfirm && context.promises().areOver(metadata.readLease().waitNanos())) {
      mayConfirm = true;
      advance(effects);
      completeEventualWrites(effects);
    }
  }

  void onTick(long nowNanos, LogSpace space, Consumer<Effect> effects) {
    isr.onTick();
    beginRound(effects);
    lease.onRound(round, nowNanos, metadata.readLease().nanos());
    maybeExtendLease();
    maybeConfirm(effects);
    PeerMessage.Offer own = context.cutOff().nextOfferOrNull(status.epoch());
    if (own != null) {
      onOffer(context.self(), own, effects);
    }
    offers.maybePlace(writes, space, effects);
    List<ReplicaStatus.Follower> seen = new ArrayList<>();
    for (FollowerProgress follower : followers.values()) {
      follower.onTick(status.logEndOffset(), round);
      maybeRead(follower, effects);
      boolean inSync = isr.agreed().memberOrNull(follower.nodeId()) != null;
      seen.add(
          new ReplicaStatus.Follower(
              follower.nodeId(),
              inSync,
              follower.isJoined(),
              follower.ackedOffset(),
              follower.lagTicks()));
    }
    status.followers(seen);
    maybePropose(effects);
    advance(effects);
  }

  // The end

  /** Answers all that wait: somebody else leads, or nobody ever will here. */
  void end(
      WriteResult.UnknownReason unknown, WriteResult.Refusal refusal, Consumer<Effect> effects) {
    status.leadsAlone(false);
    status.noLease();
    status.lacksInSync(false);
    status.followers(List.of());
    waiting.stop(unknown, refusal, effects);
    log.retryWindow.cut(status.logEndOffset());
  }
}
