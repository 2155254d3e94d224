package io.cairn.node.service;

import io.cairn.api.Failure;
import io.cairn.node.shard.PendingCall;
import io.cairn.node.shard.ReplyLane;
import io.cairn.node.shard.Shard;
import io.cairn.replication.core.Consistency;
import io.cairn.replication.core.Key;
import io.cairn.replication.core.PendingTail;
import io.cairn.replication.core.WriteResult;
import io.cairn.storage.StoredRecord;
import io.cairn.v1.ResponseHeader;
import io.cairn.v1.Value;
import io.grpc.stub.ServerCallStreamObserver;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One read of one key: in the tail first, then in the store's memory, then on its disk.
 *
 * <p>A STRONG read whose answer is not committed yet waits until it is, so that what it says can
 * never be lost.
 */
abstract class ReadCall<R> extends PendingCall {
  /** An answer larger than this holds a share of the budget until the network has taken it. */
  private static final int LARGE_ANSWER_BYTES = 16 << 10;

  private final Shard shard;
  private final byte[] key;
  private final boolean strong;
  private final ServerCallStreamObserver<R> observer;
  private final Admission admission;
  private final Answers answers;
  private final Executor readers;
  private final Timer timer;

  private @Nullable Value found;
  private long heldBytes;
  private boolean holdsUntilSent;

  ReadCall(
      ReplyLane lane,
      Shard shard,
      byte[] key,
      Consistency level,
      ServerCallStreamObserver<R> observer,
      Admission admission,
      Answers answers,
      Executor readers,
      Timer timer) {
    super(lane);
    this.shard = shard;
    this.key = key;
    this.strong = level == Consistency.STRONG;
    this.observer = observer;
    this.admission = admission;
    this.answers = answers;
    this.readers = readers;
    this.timer = timer;
    heldBytes = bytes(key.length);
  }

  /** What a read must be admitted with. */
  static long bytes(int keyBytes) {
    return (long) Admission.CALL_BYTES + keyBytes;
  }

  abstract R response(ResponseHeader header, @Nullable Value value);

  abstract long answerBytes(@Nullable Value value);

  /** On the thread that brought the request, before it returns from the service's method. */
  @SuppressWarnings("ReferenceEquality") // notCached() is told apart by identity
  void begin() {
    if (strong && !shard.status().leadsAlone()) {
      refuse(WriteResult.Refusal.NOT_SERVING);
      return;
    }
    try {
      PendingTail.Entry entry = shard.pendingTail().newestOrNull(Key.of(key));
      if (entry != null) {
        found = Lookup.valueOrNull(entry);
        if (!strong || entry.offset() < shard.status().highWatermark()) {
          respond();
        } else {
          holdUntilSent();
          shard.whenCommitted(entry.offset(), this);
        }
        return;
      }
      StoredRecord record = shard.store().getCached(key);
      if (record == StoredRecord.notCached()) {
        holdUntilSent();
        readers.execute(this::readFromDisk);
      } else {
        found = Lookup.valueOrNull(record);
        respond();
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
      respond();
    } catch (RuntimeException failed) {
      fail(failed);
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

  private void respond() {
    long answerBytes = answerBytes(found);
    if (answerBytes > LARGE_ANSWER_BYTES) {
      Failure refused = admission.enterOrRefuse(answerBytes);
      if (refused != null) {
        answers.refuseRead(observer, answers.notAdmitted(refused));
        release();
        return;
      }
      heldBytes += answerBytes;
      holdUntilSent();
    }
    observer.onNext(response(answers.header(shard), found));
    observer.onCompleted();
    timer.record(System.nanoTime() - beganNanos(), TimeUnit.NANOSECONDS);
    release();
  }

  private void refuse(WriteResult.Refusal reason) {
    answers.refuseRead(observer, Answers.of(reason, shard));
    release();
  }

  private void fail(RuntimeException failed) {
    answers.refuseRead(observer, Answers.of(failed));
    release();
  }

  /** gRPC takes handlers only before the service's method returns. */
  private void holdUntilSent() {
    if (!holdsUntilSent) {
      holdsUntilSent = true;
      observer.setOnCloseHandler(this::leave);
      observer.setOnCancelHandler(this::leave);
    }
  }

  private void release() {
    if (!holdsUntilSent) {
      leave();
    }
  }

  private void leave() {
    admission.leave(heldBytes);
  }
}
