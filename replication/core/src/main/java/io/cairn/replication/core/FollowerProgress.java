package io.cairn.replication.core;

import io.cairn.replication.core.metadata.IsrMember;
import io.cairn.replication.core.metadata.ProcessId;
import org.jspecify.annotations.Nullable;

/**
 * What a leader knows of another replica in its epoch: how far it is, and what is on its way to it.
 *
 * <p>Holds at all times: acknowledged &lt;= next offset; what is in flight lies between the two.
 */
final class FollowerProgress {
  private static final long NOT_READING = -1;

  private final int nodeId;
  private final ReplicaOptions.Replication options;

  /** Null until it has joined in this epoch. */
  private @Nullable ProcessId process;

  private boolean joined;
  private boolean connectionLost;

  /** Everything below it is on its disk. 0 until it has acknowledged something in this epoch. */
  private long ackedOffset;

  private long ackedLogEndOffset;
  private long ackedRound;
  private long sentRound;

  /** First offset that was not yet sent. */
  private long nextOffset;

  /** Lengths of records sent and not acknowledged, by their last offsets. */
  private OffsetQueue<Integer> inFlight = new OffsetQueue<>();

  private long inFlightBytes;

  /** From where records are being read for it, {@link #NOT_READING} when none are. */
  private long readingFromOffset = NOT_READING;

  private int ticksWithoutProgress;

  // It keeps up when it reaches, again and again, what the leader had at some tick.
  private long targetOffset;
  private long targetRound;
  private int ticksSinceTarget;
  private int ticksKeptUp;

  FollowerProgress(int nodeId, ReplicaOptions.Replication options, long logEndOffset, long round) {
    this.nodeId = nodeId;
    this.options = options;
    targetOffset = logEndOffset;
    targetRound = round;
  }

  int nodeId() {
    return nodeId;
  }

  /** Only of one that has joined. */
  ProcessId process() {
    return Invariant.checkPresent(process, "a follower has joined");
  }

  boolean isJoined() {
    return joined;
  }

  boolean isProcess(ProcessId other) {
    return other.equals(process);
  }

  /** Whether it runs on the disk that is meant by a place in an ISR. */
  boolean holds(IsrMember member) {
    return process != null && process.member().equals(member);
  }

  /** Everything below it is on the disk of that member. */
  long ackedOffset(IsrMember member) {
    return holds(member) ? ackedOffset : 0;
  }

  long ackedOffset() {
    return ackedOffset;
  }

  /** The records from here on may still have to be sent. */
  long neededOffset() {
    return Math.min(Math.max(ackedOffset, ackedLogEndOffset), nextOffset);
  }

  long ackedRound(IsrMember member) {
    return holds(member) ? ackedRound : 0;
  }

  boolean connectionIsLost() {
    return connectionLost;
  }

  void onJoin(ProcessId from, long commonEndOffset) {
    if (process == null || !process.equals(from)) {
      // What another process had acknowledged may not be on the disk of this one.
      ackedOffset = 0;
      ackedRound = 0;
      sentRound = 0;
    }
    process = from;
    joined = true;
    connectionLost = false;
    ackedLogEndOffset = commonEndOffset;
    readingFromOffset = NOT_READING;
    ticksKeptUp = 0;
    sendAgainFrom(commonEndOffset);
  }

  /** It has to join again before anything is sent to it. */
  void onSnapshotNeeded() {
    joined = false;
  }

  void onConnectionLost() {
    joined = false;
    connectionLost = true;
  }

  private void sendAgainFrom(long offset) {
    nextOffset = offset;
    inFlight = new OffsetQueue<>();
    inFlightBytes = 0;
    ticksWithoutProgress = 0;
  }

  void onAck(PeerMessage.Ack ack) {
    ackedOffset = Math.max(ackedOffset, ack.durableEndOffset());
    ackedRound = Math.max(ackedRound, ack.round());
    if (ack.logEndOffset() > ackedLogEndOffset) {
      ackedLogEndOffset = ack.logEndOffset();
      ticksWithoutProgress = 0;
    }
    while (inFlight.hasBelow(ackedLogEndOffset)) {
      inFlightBytes -= inFlight.removeFirst();
    }
    nextOffset = Math.max(nextOffset, ackedLogEndOffset);
  }

  /** Whether the record is the next one to be sent, and may be sent now. */
  boolean takes(LogRecord record) {
    return joined
        && readingFromOffset == NOT_READING
        && nextOffset == record.baseOffset()
        && (inFlightBytes == 0
            || inFlightBytes + record.lengthBytes() <= options.maxInFlightBytes());
  }

  void sent(LogRecord record) {
    inFlight.add(record.endOffset() - 1, record.lengthBytes());
    inFlightBytes += record.lengthBytes();
    nextOffset = record.endOffset();
  }

  /** Whether a message carries this round for the first time. */
  boolean sends(long round) {
    boolean first = sentRound < round;
    sentRound = Math.max(sentRound, round);
    return first;
  }

  /** Whether records that it lacks have to be read from the log now. */
  boolean needsRead(long logEndOffset) {
    return joined
        && readingFromOffset == NOT_READING
        && nextOffset < logEndOffset
        && inFlightBytes <= options.maxInFlightBytes() / 2;
  }

  long readFromOffset() {
    readingFromOffset = nextOffset;
    return nextOffset;
  }

  /** Whether records were to be read for that process from this offset on; ends the reading. */
  boolean tookRead(ProcessId to, long fromOffset) {
    if (!joined || !isProcess(to) || fromOffset != readingFromOffset) {
      return false;
    }
    readingFromOffset = NOT_READING;
    return true;
  }

  /** Not when it has acknowledged meanwhile that it has them. */
  boolean goesOnAt(long offset) {
    return nextOffset == offset;
  }

  /** Time goes on; the leader's log ends here, and its newest round is this. */
  void onTick(long logEndOffset, long round) {
    if (joined && nextOffset > ackedLogEndOffset) {
      ticksWithoutProgress++;
      if (ticksWithoutProgress >= options.resendTicks()) {
        readingFromOffset = NOT_READING;
        sendAgainFrom(ackedLogEndOffset);
      }
    }
    ticksSinceTarget++;
    if (joined && ackedOffset >= targetOffset && ackedRound >= targetRound) {
      ticksKeptUp = Math.min(ticksKeptUp + 1, options.isrRejoinTicks());
      targetOffset = logEndOffset;
      targetRound = round;
      ticksSinceTarget = 0;
    } else if (ticksSinceTarget > options.isrRejoinTicks()) {
      ticksKeptUp = 0;
    }
  }

  int lagTicks() {
    return ticksSinceTarget;
  }

  boolean lagsTooLong() {
    return ticksSinceTarget > options.isrLagTicks();
  }

  boolean hasKeptUp() {
    return joined && ticksKeptUp >= options.isrRejoinTicks();
  }
}
