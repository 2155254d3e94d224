package io.cairn.replication.core;

import io.cairn.replication.core.ReplicaStatus.Role;
import io.cairn.replication.core.metadata.ProcessId;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A replica's time as a follower in one epoch: it asks the leader where their logs part, cuts its
 * own there, and takes what the leader sends. Checks I5, I6 and I7.
 */
final class Following {
  private final ReplicaContext context;
  private final ReplicaStatus status;
  private final LogState log;

  /** Null until it is agreed, or as long as nobody leads. */
  private @Nullable ProcessId leader;

  /** Newest epoch whose leader was forced, with loss of what others had; 0 for none. */
  private long forcedEpoch;

  /** Of questions to join; only the answer to the newest counts. Never begins again. */
  private long joinNumber;

  private boolean joined;
  private long round;
  private long leaderHighWatermark;
  private int silentTicks;

  /** Records were turned away for want of room. */
  private boolean turnedAway;

  /** How long to wait for an answer; longer each time, for the case that the way is that long. */
  private int answerTicks = 1;

  /**
   * @param joinNumber of the last question before
   */
  Following(ReplicaContext context, long joinNumber) {
    this.context = context;
    this.status = context.status();
    this.log = context.log();
    this.joinNumber = joinNumber;
  }

  long joinNumber() {
    return joinNumber;
  }

  /** It is agreed who leads this epoch. */
  void onLeader(@Nullable ProcessId newLeader, long newForcedEpoch, Consumer<Effect> effects) {
    forcedEpoch = newForcedEpoch;
    if (newLeader == null || !newLeader.equals(leader)) {
      leader = newLeader;
      answerTicks = 1;
      joinAgain(effects);
    }
  }

  void onConnected(ProcessId peer, Consumer<Effect> effects) {
    if (peer.equals(leader)) {
      answerTicks = 1;
      joinAgain(effects);
    }
  }

  void onTick(Consumer<Effect> effects) {
    silentTicks++;
    int silenceTicks = context.options().replication().silenceTicks();
    boolean silent = silentTicks >= (joined ? silenceTicks : answerTicks);
    if (leader != null && (silent || (turnedAway && hasRoom()))) {
      answerTicks = joined ? 1 : Math.min(2 * answerTicks, silenceTicks);
      joinAgain(effects);
    }
    if (joined) {
      maybeOffer(effects);
    }
  }

  /** Only now its log is the leader's up to where it was cut. */
  private void maybeOffer(Consumer<Effect> effects) {
    PeerMessage.Offer offer = context.cutOff().nextOfferOrNull(status.epoch());
    if (offer != null) {
      send(offer, effects);
    }
  }

  void onOfferAnswer(ProcessId from, PeerMessage.OfferAnswer answer, Consumer<Effect> effects) {
    if (from.equals(leader) && joined) {
      context.cutOff().onAnswer(answer, effects);
      maybeOffer(effects);
    }
  }

  private boolean hasRoom() {
    return log.unappliedBytes() <= context.options().maxUnappliedBytes();
  }

  private void joinAgain(Consumer<Effect> effects) {
    joined = false;
    turnedAway = false;
    silentTicks = 0;
    if (leader != null) {
      send(
          new PeerMessage.Join(
              status.epoch(), ++joinNumber, log.epochHistory(), status.logEndOffset()),
          effects);
    }
  }

  private void send(PeerMessage message, Consumer<Effect> effects) {
    effects.accept(
        new Effect.Send(Invariant.checkPresent(leader, "a follower knows whom it asks"), message));
  }

  void onJoinAnswer(ProcessId from, PeerMessage.JoinAnswer answer, Consumer<Effect> effects) {
    if (!from.equals(leader) || joined || answer.number() != joinNumber) {
      return; // an answer to an older question
    }
    silentTicks = 0;
    if (answer.snapshotNeeded()) {
      rebuild("its leader's log begins behind the end of this one", effects);
      return;
    }
    // Who has a record of the forced epoch has given up already what was to be given up.
    if (answer.commonEndOffset() < status.highWatermark() && forcedEpoch > log.lastEpoch()) {
      rebuild("a leader was forced that lacks what was committed here", effects);
      return;
    }
    List<LogRecord> lost = log.cut(answer.commonEndOffset(), effects);
    context.cutOff().add(answer.commonEndOffset(), lost);
    joined = true;
    round = 0;
    acknowledge(effects);
  }

  private void rebuild(String reason, Consumer<Effect> effects) {
    status.role(Role.REBUILDING);
    effects.accept(new Effect.Rebuild(reason, log.uncommitted()));
  }

  void onAppend(ProcessId from, PeerMessage.Append append, Consumer<Effect> effects) {
    if (!from.equals(leader) || !joined) {
      return; // the leader is not known yet, or joining is under way
    }
    silentTicks = 0;
    boolean answer = append.records().isEmpty() || append.round() > round;
    round = Math.max(round, append.round());
    List<LogRecord> records = append.records();
    for (int i = 0; i < records.size(); i++) {
      answer |= !maybeAppend(records.get(i), effects);
    }
    raiseHighWatermark(append.highWatermark(), effects);
    if (answer) {
      acknowledge(effects);
    }
  }

  /** False when it was not appended: it is there already, one before it is missing, or no room. */
  private boolean maybeAppend(LogRecord record, Consumer<Effect> effects) {
    if (record.endOffset() <= status.logEndOffset()
        || record.baseOffset() > status.logEndOffset()) {
      return false;
    }
    Invariant.check(
        record.baseOffset() == status.logEndOffset(),
        "I6: logs have their records between the same offsets; base offset, log end",
        record.baseOffset(),
        status.logEndOffset());
    Invariant.check(
        record.epoch() <= status.epoch(),
        "I7: a record is not newer than its leader; its epoch, the leader's",
        record.epoch(),
        status.epoch());
    if (!hasRoom()) {
      turnedAway = true; // joining again brings it, once the store has caught up
      return false;
    }
    log.appendReceived(record, effects);
    return true;
  }

  /** Never beyond what is durable here, so that the store does not run ahead of its own log. */
  private void raiseHighWatermark(long leaders, Consumer<Effect> effects) {
    leaderHighWatermark = Math.max(leaderHighWatermark, leaders);
    long highWatermark = Math.min(leaderHighWatermark, status.durableEndOffset());
    if (highWatermark > status.highWatermark()) {
      log.raiseHighWatermark(highWatermark, effects);
    }
  }

  /** More of the log is durable, or its cut is. */
  void onLogDurable(Consumer<Effect> effects) {
    if (joined) {
      raiseHighWatermark(leaderHighWatermark, effects);
      acknowledge(effects);
    }
  }

  /** I1: what is durable, and nothing else. */
  private void acknowledge(Consumer<Effect> effects) {
    context.promises().give(Invariant.checkPresent(leader, "a follower knows whom it asks"));
    send(
        new PeerMessage.Ack(
            status.epoch(), status.durableEndOffset(), status.logEndOffset(), round),
        effects);
  }
}
