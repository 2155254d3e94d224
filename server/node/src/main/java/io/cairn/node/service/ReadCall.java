package io.cairn.node.service;

import io.cairn.api.Failure;
import io.cairn.node.shard.PendingCall;
import io.cairn.node.shard.ReplyLane;
import io.cairn.node.shard.Shard;
import io.cairn.replication.core.Consistency;
import io.cairn.replication.core.Key;
import io.cairn.replication.core.PendingTail;
import io.cairn.replication.core.ReadBarrier;
import io.cairn.replication.core.ReplicaStatus;
import io.cairn.replication.core.WriteResult;
import io.cairn.storage.StoredRecord;
import io.cairn.v1.ResponseHeader;
import io.cairn.v1.Value;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One read of one key: in the tail first, then in the store's memory, then on its disk.
 *
 * <p>A STRONG read whose answer is not committed yet waits until it is, so that what it says can
 * never be lost.
 */
abstract class ReadCall<R> extends PendingCall {
  private final Shard shard;
  private final byte[] key;
  private final Consistency level;
  private final Caller<R> caller;
  private final Share share;
  private final Answers answers;
  private final Executor readers;

  // From before the call looked
  private long epoch;
  private boolean ledAlone;

  private @Nullable Value found;

  ReadCall(
      ReplyLane lane,
      Shard shard,
      byte[] key,
      Consistency level,
      Caller<R> caller,
      Share share,
      Answers answers,
      Executor readers) {
    super(lane, caller.arrivedNanos());
    this.shard = shard;
    this.key = key;
    this.level = level;
    this.caller = caller;
    this.share = share;
    this.answers = answers;
    this.readers = readers;
  }

  abstract R response(ResponseHeader header, @Nullable Value value);

  abstract long answerBytes(@Nullable Value value);

  /** On the thread that brought the request, before it returns from the service's method. */
  void begin() {
    caller.whenEnded(share::end);
    ReplicaStatus status = shard.status();
    epoch = status.epoch();
    ledAlone = status.leadsAlone();
    WriteResult.Refusal refusal = status.readRefusalOrNull(level);
    if (refusal != null) {
      refuse(refusal);
      return;
    }
    try {
      PendingTail.Entry entry = shard.pendingTail().newestOrNull(Key.of(key));
      if (entry != null) {
        found = Lookup.valueOrNull(entry);
        respondWhenCertain(entry.offset());
        return;
      }
      StoredRecord record = shard.store().getCached(key);
      if (record != null && record.isNotCached()) {
        readers.execute(this::readFromDisk);
      } else {
        found = Lookup.valueOrNull(record);
        respondWhenCertain(ReadBarrier.NOTHING_PENDING);
      }
    } catch (RejectedExecutionException full) {
      refuse(WriteResult.Refusal.OVERLOADED);
    } catch (RuntimeException failed) {
      fail(failed);
    }
  }

  /** On a reader thread. */
  private void readFromDisk() {
    try {
      found = Lookup.valueOrNull(shard.store().get(key));
      respondWhenCertain(ReadBarrier.NOTHING_PENDING);
    } catch (RuntimeException failed) {
      fail(failed);
    }
    caller.flush();
  }

  /**
   * Answers at once when that is certain: an EVENTUAL read, or one on a leader that nobody can
   * replace, or nobody yet. Else the replica finds out whether this node still led, and what was
   * seen is committed.
   */
  private void respondWhenCertain(long pendingOffset) {
    ReplicaStatus status = shard.status();
    if (level == Consistency.EVENTUAL
        || ((ledAlone || status.hasLease(System::nanoTime))
            && pendingOffset < status.highWatermark()
            && status.epoch() == epoch)) {
      respond();
    } else {
      shard.whenCommitted(epoch, pendingOffset, this);
    }
  }

  /** What was seen is committed now, or never will be known to be. */
  @Override
  protected void answer(WriteResult result) {
    if (result instanceof WriteResult.Confirmed) {
      respond();
    } else {
      refuse(
          result instanceof WriteResult.Refused refused
              ? refused.reason()
              : WriteResult.Refusal.NOT_SERVING);
    }
  }

  @Override
  protected void flush() {
    caller.flush();
  }

  private void respond() {
    if (caller.isGone()) {
      return;
    }
    if (!share.tryGrow(answerBytes(found))) {
      answers.refuseRead(caller, answers.notAdmitted(Failure.OVERLOADED));
      return;
    }
    caller.answer(response(answers.header(shard), found));
  }

  private void refuse(WriteResult.Refusal reason) {
    answers.refuseRead(caller, answers.of(reason, shard));
  }

  private void fail(RuntimeException failed) {
    answers.refuseRead(caller, Answers.of(failed));
  }
}
